/**
 * The tangent score: ‖R‖ / sqrt(‖D_t Q‖² + ‖F′[u]Q‖² + ε²‖v‖²) with R = D_t Q − F′[u] Q tested in weak form, per group of snapshots.
 * Linear in the field before the ratio is taken; zero exactly for a symmetry's field on any smooth snapshot.
 */
import { log, roughPower } from "../engine/elementary.js";
import type { Job, Pool, Session } from "../engine/job.js";
import type { SplineShape } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import { pick, type Snapshots } from "./characteristic.js";
import type { Moment, Scored, Slots, Sums, Validity } from "./validity.js";

export interface TangentOptions {
  /** Groups a batch consists of, and snapshots per group; a group is one shard and has its own ratio. */
  readonly groups: number;
  readonly snapshots: number;
}

export const tangentDefaults: TangentOptions = { groups: 4, snapshots: 4 };

const SCORED = 32; // snapshots a shard when only scores are asked for: the fields travel with each

/** ε² relative to the mean of the two terms over the first batch: keeps the ratio finite where both vanish. */
const EPSILON2 = 1e-6;

/**
 * In training ε² falls to that from 1 over this share of the steps. Where both terms of a symmetry vanish (∂u of a linear equation) the
 * ratio's valley is only ε wide: on heat, slots miss it when ε is small from the start (docs/decisions.md).
 */
const NARROWING = 0.7;

/** ε² at a share of the steps, relative to its final value. */
export const widening = (fraction: number): number => roughPower(EPSILON2, Math.min(1, fraction / NARROWING) - 1);

interface Setup {
  readonly shape: SplineShape;
  readonly snapshots: Snapshots;
}

interface Args {
  readonly indices: Int32Array;
  readonly control: Float64Array; // [K, knots…, dim]
  readonly epsilon2: number; // absolute; 0 to measure
  readonly gradient: boolean;
}

interface Result {
  readonly sums: Float64Array; // [K, 3]: Σ|R̂|², Σ|D̂|², Σ|P̂|² per snapshot
  readonly score: Float64Array; // [K], log of the relative score
  readonly gradient: Float64Array; // of Σ_K score, empty if not asked for
}

/** One shard: the score of every slot on one group of snapshots. */
export const tangentJob: Job<Setup, Setup, Args, Result> = {
  name: "tangent",
  prepare: (_, setup) => setup,
  run(kernels, { shape, snapshots }, { indices, control, epsilon2, gradient }) {
    const batch = pick(snapshots, indices);
    const places = batch.count * batch.nx;
    const size = controlLength(shape);
    const slots = control.length / size;
    const sums = new Float64Array(3 * slots);
    const score = new Float64Array(slots);
    const into = new Float64Array(gradient ? control.length : 0);
    const value = new Float64Array(places * batch.dim);
    const derivative = new Float64Array(places * batch.dim * 3);
    const alongT = new Float64Array(value.length);
    const alongU = new Float64Array(value.length);
    for (let b = 0; b < slots; b++) {
      const own = control.subarray(b * size, (b + 1) * size);
      kernels.splineJet(shape, own, batch.points, value, derivative);
      split(derivative, batch.dim, alongT, alongU);
      const [residual, alongD, alongP] = kernels.tangentRows(batch, value, alongT, alongU);
      const scale = alongD + alongP + epsilon2 * batch.count;
      sums.set([residual / batch.count, alongD / batch.count, alongP / batch.count], 3 * b);
      score[b] = 0.5 * log(residual / scale);
      if (!gradient) continue;
      const weights = [0.5 / residual, -0.5 / scale, -0.5 / scale] as const;
      const valueBar = new Float64Array(value.length);
      const tBar = new Float64Array(value.length);
      const uBar = new Float64Array(value.length);
      kernels.tangentRowsPullback(batch, value, alongT, alongU, weights, valueBar, tBar, uBar);
      const derivativeBar = join(tBar, uBar, batch.dim);
      kernels.splineJetPullback(shape, batch.points, valueBar, derivativeBar, into.subarray(b * size, (b + 1) * size));
    }
    return { sums, score, gradient: into };
  },
};

/** ∂/∂t and ∂/∂u out of derivatives [n, 3, dim]. */
function split(derivative: Float64Array, dim: number, alongT: Float64Array, alongU: Float64Array): void {
  for (let i = 0, n = alongT.length / dim; i < n; i++) {
    for (let c = 0; c < dim; c++) {
      alongT[i * dim + c] = derivative[(3 * i + 1) * dim + c]!;
      alongU[i * dim + c] = derivative[(3 * i + 2) * dim + c]!;
    }
  }
}

function join(alongT: Float64Array, alongU: Float64Array, dim: number): Float64Array {
  const derivative = new Float64Array(3 * alongT.length);
  for (let i = 0, n = alongT.length / dim; i < n; i++) {
    for (let c = 0; c < dim; c++) {
      derivative[(3 * i + 1) * dim + c] = alongT[i * dim + c]!;
      derivative[(3 * i + 2) * dim + c] = alongU[i * dim + c]!;
    }
  }
  return derivative;
}

/** The tangent score as something to minimise over a set of snapshots. */
export function tangentValidity(
  pool: Pool,
  shape: SplineShape,
  from: Snapshots,
  options: TangentOptions = tangentDefaults,
): Validity {
  let session: Session<Args, Result>;
  let epsilon2 = 0;

  async function score(slots: Slots, moment: Moment, gradient: boolean): Promise<Result[]> {
    const groups = Array.from({ length: options.groups }, () =>
      Int32Array.from({ length: options.snapshots }, () => moment.stream.integer(0, from.count)),
    );
    const ask = (e: number, g: boolean): Promise<Result[]> =>
      session.run(groups.map((indices) => ({ indices, control: slots.control, epsilon2: e, gradient: g })));
    if (epsilon2 === 0) epsilon2 = EPSILON2 * meanTerms(await ask(0, false));
    return ask(epsilon2 * widening(moment.fraction), gradient);
  }

  return {
    name: "tangent",
    async prepare() {
      session = await pool.open(tangentJob, { shape, snapshots: from });
    },
    async value(slots, moment) {
      return mean((await score(slots, moment, false)).map((r) => r.score));
    },
    async gradient(slots, moment): Promise<Scored> {
      const results = await score(slots, moment, true);
      return { score: mean(results.map((r) => r.score)), charge: 0, gradient: mean(results.map((r) => r.gradient)) };
    },
    sums: (control) => sumsOf(session, shape, from, control),
    state: () => [epsilon2],
    restore: (state) => {
      epsilon2 = state[0] ?? 0;
    },
    release: () => session.release(),
  };
}

/**
 * Relative tangent score of each field over all the snapshots, not logged: the certificate's figure.
 * ε² as in training, relative to the mean of the two terms over these fields.
 */
export async function tangentScores(
  pool: Pool,
  shape: SplineShape,
  from: Snapshots,
  control: Float64Array,
): Promise<Float64Array> {
  const session = await pool.open(tangentJob, { shape, snapshots: from });
  const { residual, scale } = await sumsOf(session, shape, from, control);
  await session.release();
  const epsilon2 = (EPSILON2 * scale.reduce((sum, s) => sum + s, 0)) / scale.length;
  return residual.map((square, b) => Math.sqrt(square / (scale[b]! + epsilon2)));
}

async function sumsOf(
  session: Session<Args, Result>,
  shape: SplineShape,
  from: Snapshots,
  control: Float64Array,
): Promise<Sums> {
  const groups: Args[] = [];
  for (let at = 0; at < from.count; at += SCORED) {
    const length = Math.min(SCORED, from.count - at);
    groups.push({ indices: Int32Array.from({ length }, (_, i) => at + i), control, epsilon2: 0, gradient: false });
  }
  const results = await session.run(groups);
  const fields = control.length / controlLength(shape);
  const residual = new Float64Array(fields);
  const scale = new Float64Array(fields);
  results.forEach(({ sums }, g) => {
    const share = groups[g]!.indices.length / from.count;
    for (let b = 0; b < fields; b++) {
      residual[b]! += share * sums[3 * b]!;
      scale[b]! += share * (sums[3 * b + 1]! + sums[3 * b + 2]!);
    }
  });
  return { residual, scale };
}

function meanTerms(results: readonly Result[]): number {
  let sum = 0;
  for (const { sums } of results) for (let b = 0; b < sums.length; b += 3) sum += sums[b + 1]! + sums[b + 2]!;
  return sum / Math.max(1, results.length * (results[0]!.sums.length / 3));
}

function mean(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(arrays[0]!.length);
  for (const array of arrays) for (let i = 0; i < out.length; i++) out[i]! += array[i]! / arrays.length;
  return out;
}
