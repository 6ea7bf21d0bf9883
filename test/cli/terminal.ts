/** A command line run in process: what it said, where it wrote, how it would exit. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { run } from "../../src/cli/command.js";
import type { Work } from "../../src/cli/work.js";
import { chartOf } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { parse } from "../../src/expression/parse.js";
import { encodeFieldFile } from "../../src/field/fieldfile.js";
import { type Cell, rowsOf } from "../../src/use/classification.js";
import { evaluationOf } from "../../src/use/evaluation.js";
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

/** ∂x. */
const field = encodeFieldFile({
  ...{ version: "0.0.0", task: "kdv", chart: { ...chartOf(waves()), names: ["x", "t", "u"] }, splines: null },
  verdicts: ["accepted"],
  formulas: [["1", "0", "0"].map((component) => parse(component))],
});

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
    return { record: { ...record, task: options.task, seed: options.seed }, figures, field };
  },
  train: async () => ({ bytes: Uint8Array.of(1), history: [1, 0.5], engine: "wasm, simd", kept: 1 }),
  async evaluate({ task, trajectories, seeds }) {
    const one = { mean: 1, perStep: Float64Array.of(1), perTrajectory: Float64Array.of(1) };
    const of = { task, trajectories, seeds, equation: "u_t = u_x", preset: "small", settings: {}, steps: 1 };
    const arms = [{ name: "none", method: null, source: null }];
    const about = { test: { trajectories: 1, seed: 0, steps: 1 }, sigma: 0.2, copies: 1, original: 0.5 };
    return evaluationOf({ ...of, arms, ...about }, [], { zero: one, persistence: one });
  },
  async audit(_, __, ___, ____, { generators, amounts }) {
    const of = (k: number) => (amounts[k] ?? []).map((amount) => ({ amount, defect: 0.1, states: 2 }));
    return { error: 0.1, generators: generators.fields.map((__, k) => of(k)) };
  },
  async simulate({ trajectories }) {
    return waves(trajectories);
  },
  images: async (name) => {
    const few = { n: 20, height: 4, width: 5, channels: 1, classes: 2 };
    const images = { ...few, values: new Uint8Array(400), labels: new Uint8Array(20) };
    return { name, train: images, held: { ...images, n: 7 } };
  },
  async augment({ data: { u, n, nt }, seed, copies = 1 }, _, { take }) {
    const rows = [0, nt] as const;
    await take({
      ...{ trajectory: 0, copy: 0, rows },
      u: u.slice(0, u.length / n),
      s: Float64Array.of(0),
      support: new Float64Array(nt).fill(1),
    });
    const displacement = { median: 0, p95: 0, largest: 0, along: {} };
    const rejected = { folded: n * copies - 1, outside: 0, seam: 0, short: 0 };
    return {
      ...{
        method: "preimage",
        seed,
        copies,
        sigma: [0.1],
        asked: n * copies,
        kept: 1,
        rejected,
        rows: null,
        displacement,
      },
      residual: null,
    };
  },
  async classify({ seeds, augmentations = ["none", "crop"] }, _, { progress, trained, known = [] }) {
    const cells: Cell[] = [];
    for (const seed of seeds)
      for (const [i, augmentation] of augmentations.entries()) {
        const before = known.find((cell) => cell.seed === seed && cell.augmentation === augmentation);
        const cell = before ?? { augmentation, seed, accuracy: 0.5 + 0.1 * i + 0.01 * seed, fit: 1, seconds: 2 };
        cells.push(cell);
        if (!before) await trained?.(cell);
        progress?.(cells.length, seeds.length * augmentations.length, augmentation);
      }
    return { cells, rows: rowsOf(cells, augmentations), engine: "wasm" };
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
