/** What `cases.mjs` says in a runtime, and what is expected of it in every one. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

interface Step {
  readonly control: number;
  readonly loss: number;
  readonly gradient: number;
  readonly weights: number;
  readonly moments: number;
  readonly next: number;
  readonly gradientSize: number;
  readonly moved: number;
}

interface Lost {
  readonly engine: { readonly network: string; readonly gpu: unknown; readonly switched: unknown };
  readonly warnings: readonly string[];
  readonly apart: number;
  readonly current: string;
}

export interface Said {
  readonly runtime: string;
  readonly gpu: { readonly name: string; readonly software: boolean };
  readonly current: string;
  readonly small: readonly Step[];
  readonly full?: readonly Step[];
  readonly operator: Readonly<Record<"loss" | "output" | "gradients" | "state" | "next" | "moved", number>> & {
    readonly kernels: readonly string[];
  };
  readonly fall: readonly number[];
  readonly second: Readonly<Record<string, number>>;
  readonly left: readonly number[];
  readonly synchronous: number;
  readonly counts: { readonly submissions: number; readonly dispatches: number };
  readonly auto: { readonly engine: string; readonly passedOver: readonly { engine: string; reason: string }[] };
  readonly described: readonly { engine: string; available: boolean; gpu?: unknown; byName?: string }[];
  readonly lost: Lost;
  readonly hung: Lost;
  readonly afterwards: readonly unknown[];
}

/** The JSON that a program prints last on standard output; killed after `limit` seconds. */
export function said(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  limit: number,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 1000 * limit, killSignal: "SIGKILL", maxBuffer: 2 ** 24 } as const;
    const all = { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env };
    execFile(program, [...args], { ...options, env: all }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message.split("\n")[0]}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Said);
    });
  });
}

/** A suite that needs files of other programs: without them skipped, the reason in its title, but failed in continuous integration. */
export function suite(title: string, needs: readonly string[], body: () => void): void {
  const missing = needs.filter((path) => !existsSync(path));
  if (missing.length === 0) describe(title, body);
  else if (process.env.CI)
    test(title, () => {
      throw new Error(`${missing.join(", ")} missing; continuous integration installs every runtime`);
    });
  else describe.skip(`${title} (skipped: ${missing.join(", ")} missing)`, body);
}

/** Tests of what was said, under the adapter named. */
export function expectations(ask: () => Said, adapter: RegExp): void {
  test("WebGPU truly ran: tfjs's current engine, an adapter that says it is software, submissions and dispatches", () => {
    const { gpu, current, counts } = ask();
    expect(gpu).toEqual({ name: expect.stringMatching(adapter), software: true });
    expect(current).toBe("webgpu");
    expect(counts.submissions).toBeGreaterThan(100);
    expect(counts.dispatches).toBeGreaterThan(1000); // 44 cases of a step with 50 kernels or so
  });

  test("ten steps, each from wasm's state, give wasm's numbers within 1e-4 of the largest", () => {
    const { small } = ask();
    expect(small).toHaveLength(10);
    for (const step of small) agrees(step);
  });

  test("a neural operator's output, gradients and step are those of our kernels on wasm within 1e-4 of the largest", () => {
    const { kernels, moved, ...differences } = ask().operator;
    expect(kernels).toEqual(["simd", "tfjs"]);
    expect(Object.keys(differences)).toHaveLength(5);
    for (const difference of Object.values(differences)) expect(difference).toBeLessThan(1e-4);
    expect(Object.values(differences)).not.toContain(null); // a number that is none
    expect(moved).toBeGreaterThan(0.01);
  });

  test("training on it alone, the loss falls at each of ten steps", () => {
    const { fall } = ask();
    expect(fall).toHaveLength(11);
    for (let k = 1; k < fall.length; k++) expect(fall[k]!).toBeLessThan(fall[k - 1]!);
    expect(fall.at(-1)!).toBeLessThan(fall[0]! / 2);
  });

  test("second derivatives of sigmoid, tanh and exp are calculus's", () => {
    const { second } = ask();
    expect(Object.keys(second)).toEqual(["sigmoid", "tanh", "exp"]);
    for (const difference of Object.values(second)) expect(difference).toBeLessThan(1e-5); // f32, and the GPU's own exp
  });

  test("no number is read synchronously, and no tensor or buffer is left behind", () => {
    const { synchronous, left } = ask();
    expect([synchronous, left]).toEqual([0, [0, 0]]);
  });

  test("auto passes over the software adapter, which the description offers by name", () => {
    const { auto, described, gpu } = ask();
    expect(auto.engine).toBe("wasm");
    expect(auto.passedOver).toEqual([{ engine: "webgpu", reason: expect.stringContaining("software adapter") }]);
    expect(described[0]).toMatchObject({ engine: "webgpu", available: true, gpu });
    expect(described[0]!.byName).toMatch(/^software adapter/);
  });

  test.each(["lost", "hung"] as const)(
    "a device %s between steps: the run goes on from the last one on wasm",
    (how) => {
      const { [how]: lost, gpu } = ask();
      expect(lost.engine).toMatchObject({
        ...{ network: "wasm", gpu },
        switched: { from: "webgpu", to: "wasm", step: 6, reason: expect.stringContaining("destroyed") },
      });
      expect(lost.warnings).toEqual([expect.stringMatching(/^the webgpu device was lost after training step 6 \(/)]);
      expect(lost.apart).toBeLessThan(1e-4); // to the run that wasm made alone, 14 steps
      expect(lost.current).toBe("wasm");
    },
  );

  test("after a loss WebGPU can be started anew", () => {
    expect(ask().afterwards).toEqual(["webgpu", 2000]);
  });
}

/** Within the 1e-4 that is asked of every engine; f32 sums in another order measure 1e-6. And something happened. */
export function agrees({ gradientSize, moved, ...differences }: Step): void {
  expect(Object.keys(differences)).toHaveLength(6);
  for (const difference of Object.values(differences)) expect(difference).toBeLessThan(1e-4);
  expect(Object.values(differences)).not.toContain(null); // a number that is none
  expect(gradientSize).toBeGreaterThan(1);
  expect(moved).toBeGreaterThan(0.01);
}
