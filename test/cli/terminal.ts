/** A command line run in process: what it said, where it wrote, how it would exit. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { run } from "../../src/cli/command.js";
import type { Work } from "../../src/cli/work.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { solitonRun } from "../report/soliton-run.js";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Stage {
  readonly tty?: boolean;
  readonly work?: Partial<Work>;
  /** Given how to interrupt, as Ctrl-C would. */
  readonly interrupter?: (interrupt: () => void) => void;
}

/** Small and smooth; no solution of anything. */
export const waves = (n = 3): Trajectories => {
  const [nt, nx] = [20, 32];
  return {
    u: Float64Array.from({ length: n * nt * nx }, (_, i) => Math.sin((2 * Math.PI * (i % nx)) / nx)),
    ...{ n, nt, components: 1, nx, length: 16 },
    x: Float64Array.from({ length: nx }, (_, i) => i / 2),
    t: Float64Array.from({ length: nt }, (_, j) => j),
  };
};

const { record, figures } = solitonRun();

/** Work that answers at once with a made-up run, after the progress a run shows. */
export const quickWork: Work = {
  adapter: async () => nodeAdapter(),
  async learn(options, _, { progress }) {
    for (const [stage, of] of [
      ["data", 20],
      ["learn", 300],
      ["certify", 7],
    ] as const)
      for (let done = 0; done <= of; done++) progress({ stage, done, of, text: `step ${done}` });
    return { record: { ...record, task: options.task, seed: options.seed }, figures, field: Uint8Array.of(0) };
  },
  async simulate({ trajectories }) {
    return waves(trajectories);
  },
  report: async () => "<!doctype html>",
  networkEngines: async () => [
    { engine: "webgpu", available: false, reason: "no adapter" },
    { engine: "wasm", available: true, reason: null },
  ],
  kernelEngines: async () => [{ engine: "simd", available: true, reason: null }],
};

export async function liefield(
  argv: readonly string[],
  { tty = false, work = {}, interrupter }: Stage = {},
): Promise<Said> {
  const said = { out: "", err: "" };
  const into = (name: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _, done) {
        said[name] += chunk;
        done();
      },
    });
  const io = {
    stdout: into("out"),
    stderr: Object.assign(into("err"), { isTTY: tty, columns: 80 }),
    color: false,
    onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void) {
      interrupter?.(() => listener("SIGINT"));
      return () => {};
    },
  };
  const code = await run(argv, io, { ...quickWork, ...work });
  return { code, ...said };
}

/** Runs `body` in a fresh current directory and says which files are there afterwards. */
export async function inFreshDirectory(body: () => Promise<void> | void): Promise<string[]> {
  const home = process.cwd();
  const directory = mkdtempSync(join(tmpdir(), "liefield-cli-"));
  process.chdir(directory);
  try {
    await body();
    return (readdirSync(directory, { recursive: true }) as string[]).sort();
  } finally {
    process.chdir(home);
    rmSync(directory, { recursive: true });
  }
}
