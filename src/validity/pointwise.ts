/**
 * Linear equations a spline field is to satisfy point by point, (w·∂) v_r − Σ_c M_rc v_c = 0, as a score with its gradient: the residual's
 * mean square relative to that of |(w·∂) v|² + m²|v|², with a size m for each point. 0 for symmetries only.
 */
import { log } from "../engine/elementary.js";
import type { Job, Pool, Session } from "../engine/job.js";
import type { SplineShape } from "../engine/kernels.js";
import { controlLength } from "../engine/shape.js";
import type { Moment, Scored, Slots, Sums, Validity } from "./validity.js";

export interface PointwiseEquations {
  readonly points: Float64Array; // [n, dim], normalised
  readonly rows: number;
  readonly matrix: Float64Array; // M [n, rows, dim]
  readonly size: Float64Array; // m [n]
  readonly direction: Float64Array | null; // w [n, dim]; null where nothing is differentiated
  readonly differentiated: readonly number[]; // [rows]: which component a row differentiates, −1 for none
}

export interface PointwiseOptions {
  readonly groups: number; // shards of a batch, each with its own ratio
  readonly points: number; // of a group
}

export const pointwiseDefaults: PointwiseOptions = { groups: 4, points: 512 };

const ZERO = 1e-24; // added to the ratio of squares, so that an exact symmetry has a logarithm
const SCORED = 4096; // points a shard when only scores are asked for

interface Setup {
  readonly shape: SplineShape;
  readonly equations: PointwiseEquations;
}

interface Args {
  readonly indices: Int32Array;
  readonly control: Float64Array; // [K, knots…, dim]
  readonly gradient: boolean;
}

interface Result {
  readonly sums: Float64Array; // [K, 2]: squares of residual and scale
  readonly score: Float64Array; // [K], log of the relative score
  readonly gradient: Float64Array; // of Σ score, empty if not asked for
}

/** One shard: the score of every slot on one group of points. */
export const pointwiseJob: Job<Setup, Setup, Args, Result> = {
  name: "pointwise",
  prepare: (_, setup) => setup,
  run(kernels, { shape, equations }, { indices, control, gradient }) {
    const { rows, differentiated } = equations;
    const dim = shape.axes.length;
    const n = indices.length;
    const points = pick(equations.points, dim, indices);
    const matrix = pick(equations.matrix, rows * dim, indices);
    const direction = equations.direction && pick(equations.direction, dim, indices);
    const size = controlLength(shape);
    const slots = control.length / size;
    const sums = new Float64Array(2 * slots);
    const score = new Float64Array(slots);
    const into = new Float64Array(gradient ? control.length : 0);
    const value = new Float64Array(n * dim);
    const jet = new Float64Array(direction ? n * dim * dim : 0);
    const along = new Float64Array(n * rows); // (w·∂) v_r
    const residual = new Float64Array(n * rows);
    const whole = Float64Array.from(indices, (p) => equations.size[p]! ** 2);
    for (let b = 0; b < slots; b++) {
      const own = control.subarray(b * size, (b + 1) * size);
      if (direction) kernels.splineJet(shape, own, points, value, jet);
      else kernels.splineValue(shape, own, points, value);
      let [square, scale] = [0, 0];
      for (let p = 0; p < n; p++) {
        for (let r = 0; r < rows; r++) {
          const i = p * rows + r;
          const component = differentiated[r]!;
          along[i] = 0;
          if (direction && component >= 0)
            for (let a = 0; a < dim; a++) along[i]! += direction[p * dim + a]! * jet[(p * dim + a) * dim + component]!;
          residual[i] = along[i]!;
          for (let c = 0; c < dim; c++) residual[i]! -= matrix[i * dim + c]! * value[p * dim + c]!;
          square += residual[i]! ** 2;
          scale += along[i]! ** 2;
        }
        for (let c = 0; c < dim; c++) scale += whole[p]! * value[p * dim + c]! ** 2;
      }
      const ratio = square / scale;
      sums.set([square, scale], 2 * b);
      score[b] = 0.5 * log(ratio + ZERO);
      if (!gradient) continue;
      const up = 1 / (scale * (ratio + ZERO)); // ∂ score / ∂ residual is up · residual
      const down = up * ratio; // and over the scale's terms −down · term
      const valueBar = new Float64Array(value.length);
      const jetBar = new Float64Array(jet.length);
      for (let p = 0; p < n; p++) {
        for (let c = 0; c < dim; c++) valueBar[p * dim + c] = -down * whole[p]! * value[p * dim + c]!;
        for (let r = 0; r < rows; r++) {
          const i = p * rows + r;
          const bar = up * residual[i]!;
          for (let c = 0; c < dim; c++) valueBar[p * dim + c]! -= bar * matrix[i * dim + c]!;
          const component = differentiated[r]!;
          if (!direction || component < 0) continue;
          const slope = bar - down * along[i]!;
          for (let a = 0; a < dim; a++) jetBar[(p * dim + a) * dim + component]! += slope * direction[p * dim + a]!;
        }
      }
      const out = into.subarray(b * size, (b + 1) * size);
      if (direction) kernels.splineJetPullback(shape, points, valueBar, jetBar, out);
      else kernels.splinePullback(shape, points, valueBar, out);
    }
    return { sums, score, gradient: into };
  },
};

/** The score as something to minimise over the points. */
export function pointwiseValidity(
  pool: Pool,
  shape: SplineShape,
  equations: PointwiseEquations,
  options: PointwiseOptions = pointwiseDefaults,
): Validity {
  let session: Session<Args, Result>;
  const count = equations.points.length / shape.axes.length;

  const score = ({ control }: Slots, { stream }: Moment, gradient: boolean): Promise<Result[]> =>
    session.run(
      Array.from({ length: options.groups }, () => ({
        indices: Int32Array.from({ length: options.points }, () => stream.integer(0, count)),
        control,
        gradient,
      })),
    );

  return {
    name: "tangent",
    async prepare() {
      session = await pool.open(pointwiseJob, { shape, equations });
    },
    async value(slots, moment) {
      return mean((await score(slots, moment, false)).map((r) => r.score));
    },
    async gradient(slots, moment): Promise<Scored> {
      const results = await score(slots, moment, true);
      return { score: mean(results.map((r) => r.score)), charge: 0, gradient: mean(results.map((r) => r.gradient)) };
    },
    sums: (control) => sumsOf(session, shape, equations, control),
    state: () => [],
    restore: () => {},
    release: () => session.release(),
  };
}

/** Relative scores of fields [K, knots…, dim] over all the points, not logged: the certificate's figure. */
export async function pointwiseScores(
  pool: Pool,
  shape: SplineShape,
  equations: PointwiseEquations,
  control: Float64Array,
): Promise<Float64Array> {
  const session = await pool.open(pointwiseJob, { shape, equations });
  const { residual, scale } = await sumsOf(session, shape, equations, control);
  await session.release();
  return residual.map((square, b) => Math.sqrt(square / scale[b]!));
}

async function sumsOf(
  session: Session<Args, Result>,
  shape: SplineShape,
  equations: PointwiseEquations,
  control: Float64Array,
): Promise<Sums> {
  const count = equations.points.length / shape.axes.length;
  const shards: Args[] = [];
  for (let at = 0; at < count; at += SCORED) {
    const length = Math.min(SCORED, count - at);
    shards.push({ indices: Int32Array.from({ length }, (_, i) => at + i), control, gradient: false });
  }
  const results = await session.run(shards);
  const total = (k: number): Float64Array =>
    Float64Array.from({ length: control.length / controlLength(shape) }, (_, b) =>
      results.reduce((sum, { sums }) => sum + sums[2 * b + k]!, 0),
    );
  return { residual: total(0), scale: total(1) };
}

function pick(rows: Float64Array, width: number, indices: Int32Array): Float64Array {
  const out = new Float64Array(indices.length * width);
  indices.forEach((index, i) => void out.set(rows.subarray(index * width, (index + 1) * width), i * width));
  return out;
}

function mean(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(arrays[0]!.length);
  for (const array of arrays) for (let i = 0; i < out.length; i++) out[i]! += array[i]! / arrays.length;
  return out;
}
