/**
 * Rollouts: a predictor is fed its own predictions until the trajectory ends. And their error, in one place for all tables.
 *
 * In words: at each time after the first window, the mean square over x of predicted minus true, divided by the mean square over x of the true
 * solution. 0 is perfect; predicting zero scores exactly 1. Per time it is averaged over trajectories, per trajectory over times.
 */
import type { Trajectories } from "../data/trajectories.js";
import { InputError } from "../engine/error.js";

/** What continues windows of a solution: the trained operator, a baseline, or code of one's own. */
export interface Predictor {
  readonly inputs: number; // times it is given
  readonly outputs: number; // times it gives
  /** Windows [n, inputs, nx] → [n, outputs, nx], in the data's units. */
  predict(windows: Float64Array): Promise<Float64Array> | Float64Array;
}

export interface RolloutError {
  readonly perStep: Float64Array; // [steps]
  readonly perTrajectory: Float64Array; // [n]
  readonly mean: number;
}

/** Predicts nothing: its error is 1. */
export const zeroPredictor = (inputs: number, outputs: number): Predictor => ({
  inputs,
  outputs,
  predict: (windows) => new Float64Array((windows.length / inputs) * outputs),
});

/** Predicts that nothing changes: the last time given, again and again. */
export const persistencePredictor = (inputs: number, outputs: number, nx: number): Predictor => ({
  inputs,
  outputs,
  predict(windows) {
    const n = windows.length / (inputs * nx);
    const out = new Float64Array(n * outputs * nx);
    for (let b = 0; b < n; b++) {
      const last = windows.subarray(((b + 1) * inputs - 1) * nx, (b + 1) * inputs * nx);
      for (let j = 0; j < outputs; j++) out.set(last, (b * outputs + j) * nx);
    }
    return out;
  },
});

/**
 * Continues every trajectory from its first `inputs` times to its end: [n, nt − inputs, nx]. `signal` is asked between predictions. Throws InputError
 * where the trajectories are too short, or not scalar in one dimension.
 */
export async function rollout(predictor: Predictor, data: Trajectories, signal?: AbortSignal): Promise<Float64Array> {
  const { inputs, outputs } = predictor;
  const { u, n, nt, nx } = checked(data, inputs + 1);
  const steps = nt - inputs;
  const predicted = new Float64Array(n * steps * nx);
  const given = new Float64Array(n * inputs * nx);
  for (let b = 0; b < n; b++) given.set(u.subarray(b * nt * nx, (b * nt + inputs) * nx), b * inputs * nx);
  for (let done = 0; done < steps; done += outputs) {
    signal?.throwIfAborted();
    const next = await predictor.predict(given.slice());
    if (next.length !== n * outputs * nx)
      throw new InputError(
        `the predictor gave ${next.length} numbers for ${n} windows; expected ${n * outputs * nx}, [${n}, ${outputs}, ${nx}]`,
      );
    const count = Math.min(outputs, steps - done);
    const kept = Math.max(0, inputs - outputs); // times of the old window that stay
    for (let b = 0; b < n; b++) {
      const own = next.subarray(b * outputs * nx, (b + 1) * outputs * nx);
      predicted.set(own.subarray(0, count * nx), (b * steps + done) * nx);
      const at = b * inputs * nx;
      given.copyWithin(at, at + (inputs - kept) * nx, at + inputs * nx);
      given.set(own.subarray((outputs - (inputs - kept)) * nx), at + kept * nx);
    }
  }
  return predicted;
}

/** The error of a rollout [n, steps, nx] against the last `steps` times of the data. What is not finite counts as infinitely wrong. */
export function rolloutError(predicted: Float64Array, data: Trajectories): RolloutError {
  const { u, n, nt, nx } = checked(data, 1);
  const steps = predicted.length / (n * nx);
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= nt))
    throw new InputError(
      `the rollout has ${predicted.length} numbers; pass [${n}, steps, ${nx}] with 1 to ${nt} steps, for the trajectories it is of`,
    );
  const perStep = new Float64Array(steps);
  const perTrajectory = new Float64Array(n);
  for (let b = 0; b < n; b++)
    for (let j = 0; j < steps; j++) {
      const from = (b * steps + j) * nx;
      const truth = (b * nt + nt - steps + j) * nx;
      let [miss, size] = [0, 0];
      for (let i = 0; i < nx; i++) {
        miss += (predicted[from + i]! - u[truth + i]!) ** 2;
        size += u[truth + i]! ** 2;
      }
      if (size === 0)
        throw new InputError(
          `trajectory ${b} is zero everywhere at its time ${nt - steps + j}, so no error is relative to it; leave such out`,
        );
      const error = miss / size;
      const counted = Number.isFinite(error) ? error : Infinity;
      perStep[j]! += counted / n;
      perTrajectory[b]! += counted / steps;
    }
  return { perStep, perTrajectory, mean: perTrajectory.reduce((sum, error) => sum + error / n, 0) };
}

/** Scalar trajectories in one dimension with `least` times or more. */
export function checked(data: Trajectories, least: number): Trajectories {
  if (data.components !== 1 || data.ny !== undefined || data.u.length !== data.n * data.nt * data.nx)
    throw new InputError(
      `the trajectories have ${data.components} components${data.ny === undefined ? "" : " in two space dimensions"}; operators are for one, u, in one space dimension so far`,
    );
  if (data.nt < least || data.n < 1)
    throw new InputError(
      `${data.n} trajectories of ${data.nt} outputs in time came; pass at least one, of at least ${least} outputs`,
    );
  return data;
}
