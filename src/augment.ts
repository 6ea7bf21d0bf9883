/** More trajectories from few: moved along symmetries by random amounts and put back on the grid, as they are made. */
import { chartOf } from "./data/chart.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import type { KernelRequest } from "./engine/engines.js";
import { InputError } from "./engine/error.js";
import type { Kernels } from "./engine/kernels.js";
import { openMachine } from "./engine/machine.js";
import { catalogue, equationOf } from "./equation/catalogue.js";
import { coordinatesOf, type Equation, type EquationSpec } from "./equation/equation.js";
import type { FieldFile } from "./field/fieldfile.js";
import { chosenSpec, fieldOf, type GeneratorSpec, generatorsFrom } from "./flow/generatorspec.js";
import type { Hooks } from "./learn.js";
import { thresholds } from "./reading/certificate.js";
import { randomAmounts } from "./use/amounts.js";
import { type AugmentRecord, type Figures, nothingLeft, record } from "./use/augmentation.js";
import { type AugmentArgs, augmentJob, type Moved } from "./use/augmentjob.js";
import { checkBox, lengthsOf } from "./use/reach.js";
import { check, type Method } from "./use/resampler.js";
import { type Order, type Rows, rowsResidual } from "./use/residual.js";

export type { AugmentRecord, Method };

export interface AugmentOptions {
  readonly data: Trajectories; // in one space dimension
  readonly seed: number;
  /** What `readField` gave: its accepted generators are used, or those named by `generators`. Either this or `formulas`. */
  readonly field?: Pick<FieldFile, "task" | "chart" | "verdicts" | "splines" | "formulas">;
  readonly generators?: readonly number[]; // of the field, from 1 in the order of its verdicts
  readonly formulas?: readonly (readonly string[])[]; // generators in physical coordinates, such as ["t", "0", "1"] for t ∂x + ∂u
  /** What the trajectories solve: to refuse data of another equation, and to measure what comes out. Default that of the field, if built in. */
  readonly equation?: EquationSpec | null; // null: neither
  readonly copies?: number; // of each trajectory; default 1
  /** s_k is uniform in [−σ_k, σ_k), in extents of the data: how far exp(s_k V_k) moves its points, root mean square. Default 0.1, one for all or one each. */
  readonly sigma?: number | readonly number[];
  readonly method?: Method; // default "preimage"
  readonly rows?: number; // rows that must be known, one after another; default three sevenths, the paper's 60 of 140
  readonly measure?: number; // copies whose residual is measured, evenly among all; default 64, 10 ms each
  readonly order?: Order; // of the differences it is measured by; default 6, the certificate's
  readonly workers?: number | "auto";
  readonly kernels?: KernelRequest;
}

/** A trajectory moved along symmetries. */
export interface Augmented {
  readonly trajectory: number; // of the data
  readonly copy: number;
  readonly s: Float64Array; // [generators], in extents of the data
  readonly u: Float64Array; // [nt, components, nx]; NaN where it is not known
  readonly support: Float64Array; // [nt], share of each row that is known
  readonly rows: Rows; // those known as a whole, [first, end)
}

export interface AugmentHooks extends Hooks {
  /** Given each trajectory that is kept, in order; the next ones wait for what it returns. */
  readonly take: (augmented: Augmented) => void | Promise<void>;
}

const PER_SHARD = 4; // copies of one trajectory, which share its interpolation
const AT_ONCE = 4; // shards a worker is given together
const EARLY = 32; // copies that are all rejected end it

/**
 * Moves every trajectory `copies` times by exp(Σ s_k V_k/‖V_k‖) and resamples it on its grid. What is kept is handed to `take` as it is made, never held: memory is
 * that of the data and of a few trajectories for each worker. The same seed gives the same numbers, however many workers. Cost: 20 to 40 ms of a
 * core each for 140 × 256. Throws InputError for data and generators that do not belong together, and where nothing is left.
 */
export async function augment(
  options: AugmentOptions,
  adapter: Adapter,
  hooks: Partial<AugmentHooks> = {},
): Promise<AugmentRecord> {
  const {
    data,
    seed,
    copies = 1,
    method = "preimage",
    measure = 64,
    order = 6,
    workers = "auto",
    kernels = "auto",
  } = options;
  const { n, nt, nx } = data;
  whole("seed", seed, 0);
  whole("copies", copies, 1);
  whole("measure", measure, 0);
  const needed = whole("rows", options.rows ?? Math.ceil((3 * nt) / 7), 1);
  if (needed > nt) throw new InputError(`rows is ${needed} but the trajectories have ${nt}; pass at most that`);
  const equation = equationFor(options);
  checkData(data, equation && equationOf(equation));
  const spec = specOf(options, equation);
  const machine = await openMachine(adapter, { workers, kernels });
  try {
    const generators = generatorsFrom(spec, machine.kernels);
    check(data, generators);
    checkBox(generators, data);
    if (equation) checkSolutions(machine.kernels, equationOf(equation), data);
    const sigma = sigmaOf(options.sigma ?? 0.1, generators.fields.length);
    const lengths = lengthsOf(generators, data, chartOf(data));
    const setup = { generators: spec, grid: gridOf(data), equation, method, leastRows: needed, order };
    const session = await machine.pool.open(augmentJob, setup);
    const asked = n * copies;
    const every = measure === 0 ? Number.POSITIVE_INFINITY : Math.max(1, asked / measure);
    const figures: Figures[] = [];
    const size = nt * data.components * nx;
    const shards: Shard[] = [];
    for (let trajectory = 0; trajectory < n; trajectory++)
      for (let first = 0; first < copies; first += PER_SHARD)
        shards.push({ trajectory, first, count: Math.min(PER_SHARD, copies - first) });
    const s = (trajectory: number, copy: number): Float64Array => randomAmounts(seed, sigma, copy * n + trajectory);
    const args = ({ trajectory, first, count }: Shard): AugmentArgs => {
      const own = Array.from({ length: count }, (_, k) => first + k);
      const index = (copy: number): number => trajectory * copies + copy;
      return {
        u: data.u.slice(trajectory * size, (trajectory + 1) * size),
        amounts: own.map((copy) => s(trajectory, copy).map((amount, k) => amount / lengths[k]!)),
        measured: own.map((copy) => Math.floor(index(copy) / every) !== Math.floor((index(copy) - 1) / every)),
      };
    };
    const batch = AT_ONCE * Math.max(1, machine.pool.workers);
    const run = (at: number): Promise<Moved[][]> | null =>
      at < shards.length ? session.run(shards.slice(at, at + batch).map(args), hooks.signal) : null;
    let next = run(0);
    try {
      for (let at = 0; at < shards.length; at += batch) {
        const moved = await next!;
        next = run(at + batch); // while what came is taken
        for (const [i, all] of moved.entries()) {
          const { trajectory, first } = shards[at + i]!;
          for (const [k, { u, support, ...own }] of all.entries()) {
            figures.push(own);
            const copy = first + k;
            if (u) await hooks.take?.({ trajectory, copy, s: s(trajectory, copy), u, support, rows: own.rows });
          }
        }
        hooks.signal?.throwIfAborted();
        const kept = figures.some(({ reason }) => reason === null);
        if (!kept && (figures.length >= EARLY || figures.length === asked))
          throw new InputError(nothingLeft(figures, [...sigma], needed, nt));
        hooks.progress?.({ stage: "augment", done: figures.length, of: asked });
      }
    } finally {
      await next?.catch(() => {}); // what stopped us is the error to tell
      await session.release();
    }
    const names = generators.coordinates;
    return record(figures, { method, seed, copies, sigma: [...sigma] }, names, { of: nt, needed }, order);
  } finally {
    await machine.close();
  }
}

interface Shard {
  readonly trajectory: number;
  readonly first: number; // copy
  readonly count: number;
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(`${name} is ${value}; pass a whole number from ${least}`);
}

const gridOf = ({ u: _u, n: _n, ...grid }: Trajectories): Omit<Trajectories, "u" | "n"> => grid;

function equationFor({ equation, field }: AugmentOptions): EquationSpec | null {
  if (equation !== undefined) return equation;
  return field && Object.hasOwn(catalogue, field.task) ? { name: field.task, parameters: {} } : null;
}

function specOf({ field, formulas, generators, data }: AugmentOptions, equation: EquationSpec | null): GeneratorSpec {
  if ((field === undefined) === (formulas === undefined))
    throw new InputError(
      `generators come from a field or from formulas, but ${field ? "both" : "neither"} came; pass one`,
    );
  if (formulas) {
    if (formulas.length === 0) throw new InputError("no formula came; pass at least one generator");
    const chart = chartOf(data, equation ? equationOf(equation) : undefined);
    for (const components of formulas) fieldOf(components, chart.names);
    return { chart, splines: null, formulas };
  }
  const { chart, splines } = field!;
  const spec = chosenSpec(field!, generators);
  const { names } = chart;
  if (splines && equation && coordinatesOf(equationOf(equation)).join() !== names.join())
    throw new InputError(
      `the generators act on ${names.join(", ")} but the equation on ${coordinatesOf(equationOf(equation)).join(", ")}; pass those of one equation`,
    );
  return spec;
}

function sigmaOf(sigma: number | readonly number[], count: number): Float64Array {
  const each = typeof sigma === "number" ? new Float64Array(count).fill(sigma) : Float64Array.from(sigma);
  if (each.length === count && each.every((s) => s >= 0 && Number.isFinite(s)) && each.some((s) => s > 0)) return each;
  throw new InputError(
    `sigma is ${[...each].join(", ")}; pass one number from 0, or ${count}, one for each generator, not all 0`,
  );
}

const LOOKED_AT = 4; // trajectories

/** Throws InputError where the first trajectories do not solve the equation whose symmetries they are to be moved along. */
function checkSolutions(kernels: Kernels, equation: Equation, data: Trajectories): void {
  const size = data.nt * data.components * data.nx;
  let [residual, scale] = [0, 0];
  for (let i = 0; i < Math.min(LOOKED_AT, data.n); i++) {
    const own = { ...data, n: 1, u: data.u.subarray(i * size, (i + 1) * size) };
    const [part, whole] = rowsResidual(kernels, equation, own, [0, data.nt]);
    residual += part;
    scale += whole;
  }
  if (scale === 0 || residual / scale <= thresholds.dataResidual) return;
  throw new InputError(
    `the trajectories do not solve the equation of the generators, ${equation.text}: residual ${(residual / scale).toPrecision(2)} of its terms, ${thresholds.dataResidual} allowed; pass data of that equation, check its parameters, or pass equation null`,
  );
}

const GAP = 1.5; // times the median step: more is an output that is missing

/** Throws InputError for data that are not whole. */
function checkData({ u, t, n, nt, nx, components, ny }: Trajectories, equation: Equation | null): void {
  if (ny !== undefined || equation?.space === 2)
    throw new InputError("the trajectories have two space dimensions; augmentation is for one so far");
  if (equation && equation.components.length * equation.timeOrder !== components)
    throw new InputError(
      `u has ${components} components but the equation of the generators ${equation.components.length * equation.timeOrder} (${equation.text}); pass data of that equation`,
    );
  const bad = u.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const missing = u.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    const row = Math.floor(bad / (components * nx));
    throw new InputError(
      `${missing} of ${u.length} values of u are not finite, the first in trajectory ${Math.floor(row / nt)} of ${n} at output ${row % nt}, column ${bad % nx}; fill the gaps, or leave those trajectories out`,
    );
  }
  const steps = Float64Array.from({ length: nt - 1 }, (_, j) => t[j + 1]! - t[j]!);
  const median = steps.slice().sort()[steps.length >> 1]!;
  const gap = steps.findIndex((step) => !(step > 0 && step <= GAP * median));
  if (gap >= 0)
    throw new InputError(
      `t has a gap: ${steps[gap]} from t[${gap}] = ${t[gap]} to the next, where the median step is ${median}; pass outputs without gaps`,
    );
}
