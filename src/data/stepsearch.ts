/** The time step of an equation that nobody has measured: halved until halving it again changes nothing. */
import { log, wholePower } from "../engine/elementary.js";
import { NumericalError } from "../engine/error.js";
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import { derivative, isZero } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Failure } from "./failure.js";
import { type Grid, places } from "./grid.js";
import type { Solution } from "./solve.js";
import { coefficientAt, type Splitting } from "./splitting.js";
import { Stepper } from "./stepper.js";

const SAMPLES = 8; // of the times

export const SEARCH = {
  tolerance: 1e-5, // relative L2 difference of h and h/2 at every output; the error at h/2, which is taken, is a fifteenth of it
  tolerable: 1e-4, // the same, where rounding or chaos lets it fall no further
  halvings: 14, // at most
  steps: 4e6, // at most, over the whole time
  agreement: 0.05, // of a blow-up's time between h and h/2: then it is the equation's own
} as const;

/**
 * The step at which N's linearisation about initial states u0 [n, states, places] is stable, at whichever of some times: 1/Σ |∂N/∂u_k| k^order at
 * the highest wavenumber, where second order in time the root of it. Infinity where there is no N. Throws InputError where N is not finite.
 */
export function stableStep(
  kernels: FourierKernels & TapeKernels,
  splitting: Splitting,
  grid: Grid,
  u0: Float64Array,
  times: Float64Array,
): number {
  const { states, timeOrder, inputs, jets, rest, moving } = splitting;
  if (rest.length === 0) return Number.POSITIVE_INFINITY;
  const n = u0.length / (states * places(grid));
  const stepper = new Stepper(kernels, splitting, grid, n);
  stepper.load(u0);
  const kx = (Math.PI * grid.nx) / grid.length;
  const ky = grid.ny === undefined || grid.lengthY === undefined ? 0 : (Math.PI * grid.ny) / grid.lengthY;
  const slopes = rest.map(({ expression }) => jets.map(({ name }) => derivative(expression, name)));
  const programs = slopes.map((row) => compile(row, inputs));
  const values = jets.map(() => new Float64Array(n * places(grid)));
  const rates = [0, ...times.filter((_, i) => i % Math.ceil(times.length / SAMPLES) === 0)].map((t) => {
    stepper.rest(
      stepper.spectra,
      t,
      moving.map((coupling) => coefficientAt(coupling, t)),
    );
    return programs.reduce((rate, program, row) => {
      kernels.evaluate(program, stepper.inputs, values);
      let [first, second] = [0, 0];
      jets.forEach(({ state, orders: [a, b] }, i) => {
        if (isZero(slopes[row]![i]!)) return;
        const largest = values[i]!.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);
        const size = largest * wholePower(kx, a) * wholePower(ky, b);
        if (timeOrder === 2 && state < states / 2) second += size;
        else first += size;
      });
      return rate + first + Math.sqrt(second);
    }, 0);
  });
  return 1 / Math.max(...rates);
}

/** Solutions of the same initial states with the steps base/2^halvings. */
export type Trial = (halvings: readonly number[]) => Promise<readonly Solution[]>;

/**
 * How many halvings of the first step are enough, with the solution at them. `size`: numbers of one output of one trajectory. A failure that
 * comes at the same time with ever shorter steps is returned. Throws NumericalError where solutions do not settle.
 */
export async function halvingsFor(
  trial: Trial,
  steps: number,
  size: number,
  outputs: number,
): Promise<{ readonly halvings: number; readonly solution: Solution }> {
  if (steps > SEARCH.steps)
    throw new NumericalError(
      `the equation is too stiff: about ${steps.toExponential(0)} steps are needed, more than ${SEARCH.steps}; pass a smaller --nx or --time`,
    );
  const known = new Map<number, Solution>();
  const solutions = async (levels: readonly number[]): Promise<Solution[]> => {
    const missing = levels.filter((level) => !known.has(level));
    (await trial(missing)).forEach((solution, i) => void known.set(missing[i]!, solution));
    return levels.map((level) => known.get(level)!);
  };
  let best = Number.POSITIVE_INFINITY;
  let agreed = 0;
  for (let level = 0; level < SEARCH.halvings && steps * 2 ** level <= SEARCH.steps; ) {
    const [coarse, fine] = (await solutions([level, level + 1])) as [Solution, Solution];
    if (fine.failure) {
      const own = coarse.failure && sameFailure(coarse.failure, fine.failure);
      agreed = own ? agreed + 1 : 0;
      if (agreed === 2) return { halvings: level + 1, solution: fine };
      level++;
      continue;
    }
    if (coarse.failure) {
      level++;
      continue;
    }
    const difference = distance(coarse.u, fine.u, size, outputs);
    if (difference <= SEARCH.tolerance) return { halvings: level + 1, solution: fine };
    if (best <= SEARCH.tolerable && difference > best / 2) return { halvings: level + 1, solution: fine };
    best = Math.min(best, difference);
    const more = log(difference / SEARCH.tolerance) / (4 * Math.LN2); // at fourth order; less where the step is still far too long
    level += Math.max(1, Math.min(4, Math.ceil(more) - 1));
  }
  throw new NumericalError(
    `the solution does not settle: steps of the smallest length tried still change it by ${best.toExponential(1)} of its size; pass a larger --nx if it is not resolved, or a smaller --time if it is chaotic or stiff`,
  );
}

const sameFailure = (a: Failure, b: Failure): boolean =>
  a.kind === b.kind && a.row === b.row && Math.abs(a.time - b.time) <= SEARCH.agreement * b.time;

/** The largest relative L2 difference over trajectories and outputs. */
function distance(a: Float64Array, b: Float64Array, size: number, outputs: number): number {
  let largest = 0;
  let floor = 0; // what has decayed to rounding is not compared
  for (let at = 0; at < a.length; at += size) {
    let [difference, square] = [0, 0];
    for (let i = at; i < at + size; i++) {
      difference += (a[i]! - b[i]!) ** 2;
      square += b[i]! ** 2;
    }
    if ((at / size) % outputs === 0) floor = 1e-16 * square;
    largest = Math.max(largest, Math.sqrt(difference / Math.max(square, floor, Number.MIN_VALUE)));
  }
  return largest;
}
