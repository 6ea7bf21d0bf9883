/** Runs of the built program that are killed at random moments and go on, beside one that was left alone. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stream } from "../../src/engine/random.js";

const line =
  "learn kdv --time 20 --outputs 60 --trajectories 2 --steps 25 --workers 1 --backend wasm --checkpoint 0.05 --resume";

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly err: string;
  readonly seconds: number;
}

/** The signal that comes so many seconds after the start, or when that has been said. */
type Killed = { readonly by: NodeJS.Signals } & ({ readonly after: number } | { readonly said: RegExp });

export function started(out: string, killed?: Killed): Promise<Ended> {
  const from = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["dist/cli/main.js", ...line.split(" "), "--out", out], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    let sent = false;
    child.stderr.on("data", (text) => {
      err += text;
      if (!sent && killed && "said" in killed && killed.said.test(err)) sent = child.kill(killed.by); // a second one would end it at once
    });
    const timer =
      killed && "after" in killed ? setTimeout(() => child.kill(killed.by), 1000 * killed.after) : undefined;
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, err, seconds: (performance.now() - from) / 1000 });
    });
  });
}

/** What a run leaves, without the times it took and where it lies. */
export function left(out: string): string {
  const { seconds, report, ...record } = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
  return [JSON.stringify(record), readFileSync(join(out, "field.safetensors")).toString("base64")].join("\n");
}

export interface Kills {
  readonly runs: number;
  readonly killed: number; // runs that the signal reached before they ended
  readonly resumed: number; // of these, those that went on from a checkpoint
  readonly different: number; // results that are not those of the run left alone
  readonly strange: readonly string[]; // ends and files that are neither
}

/** `runs` runs, each killed once at a moment drawn from the whole of its time and started again; `together` at once. */
export async function kills(runs: number, seed: number, together = 2): Promise<Kills> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-kills-"));
  const { uniform } = stream(seed, "kills");
  const strange: string[] = [];
  let [killed, resumed, different] = [0, 0, 0];
  try {
    await started(join(directory, "warm"));
    const alone = await started(join(directory, "alone"));
    if (alone.code !== 0) throw new Error(alone.err);
    const expected = left(join(directory, "alone"));
    const whole = readdirSync(join(directory, "alone")).sort().join();
    const one = async (i: number): Promise<void> => {
      const out = join(directory, String(i));
      const first = await started(out, { after: 1.2 * alone.seconds * uniform(), by: "SIGKILL" });
      if (first.signal === "SIGKILL") {
        killed++;
        const again = await started(out);
        if (again.code !== 0) strange.push(`run ${i} ended with ${again.code} after its kill: ${again.err}`);
        if (!again.err.includes("the run begins anew")) resumed++;
      } else if (first.code !== 0) strange.push(`run ${i} ended with ${first.code}: ${first.err}`);
      if (left(out) !== expected) different++;
      if (readdirSync(out).sort().join() !== whole) strange.push(`run ${i} left ${readdirSync(out).join()}`);
      rmSync(out, { recursive: true });
    };
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < runs) await one(next++);
    };
    await Promise.all(Array.from({ length: together }, lane));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return { runs, killed, resumed, different, strange };
}
