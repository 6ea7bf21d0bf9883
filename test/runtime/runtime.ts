/** Other runtimes as processes: started, timed, their answers read, stopped. */
import { execFile, execFileSync } from "node:child_process";
import { describe, test } from "@jest/globals";

/** What the cases give: `conformance.mjs`. */
export type Numbers = Readonly<Record<string, number | string | null | readonly (number | string)[]>>;

export interface Ended {
  readonly code: number | null; // null: killed, after `limit`
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number; // from outside, the runtime's start included
}

/** Runs a program to its end, or kills it after `limit` seconds. Without colours, questions or looks for updates. */
export function ended(program: string, args: readonly string[], limit = 800): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", NODE_OPTIONS: "" };
  const start = performance.now();
  return new Promise((resolve) => {
    const options = { timeout: 1000 * limit, killSignal: "SIGKILL", maxBuffer: 2 ** 26, env } as const;
    const child = execFile(program, [...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr, seconds: (performance.now() - start) / 1000 }),
    );
    child.stdin?.end();
  });
}

/** The JSON that a program prints. Throws what it said otherwise. */
export async function numbers(program: string, args: readonly string[], limit?: number): Promise<Numbers> {
  const { code, stdout, stderr } = await ended(program, args, limit);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as Numbers;
}

/** What a program prints on being asked, or the reason why it does not start. */
export function asked(
  program: string,
  args: readonly string[],
): { readonly answer: string } | { readonly missing: string } {
  try {
    return { answer: execFileSync(program, [...args], { encoding: "utf8", timeout: 300_000, stdio: "pipe" }).trim() };
  } catch (error) {
    return { missing: `${program} does not start: ${(error as Error).message.split("\n")[0]}` };
  }
}

/** A suite that needs a runtime: without it skipped, the reason in its title, but failed in continuous integration. */
export function suite(title: string, missing: string | null, body: () => void): void {
  if (missing === null) describe(title, body);
  else if (process.env.CI)
    test(title, () => {
      throw new Error(`${missing}; continuous integration installs every runtime`);
    });
  else describe.skip(`${title} (skipped: ${missing})`, body);
}

const TIMES = /seconds$/;
const ELEMENTARY = /^Math\./; // the runtime's own
const ANGLE = 1e-12; // degrees by which angles may differ: their `Math.atan2` is the runtime's own too

/** Names under which two runs do not say the very same; seconds, and the runtimes' own elementary functions, aside. */
export function differing(a: Numbers, b: Numbers): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter(
    (name) =>
      name !== "runtime" &&
      !TIMES.test(name) &&
      !ELEMENTARY.test(name) &&
      !(name === "full.angles" && near(a[name], b[name])) &&
      JSON.stringify(a[name]) !== JSON.stringify(b[name]),
  );
}

function near(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b] as [readonly number[] | undefined, readonly number[] | undefined];
  return left?.length === right?.length && !!left?.every((angle, i) => Math.abs(angle - right![i]!) <= ANGLE);
}
