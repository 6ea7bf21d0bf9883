/** The table of an evaluation: every arm at every size over its seeds, and arms compared seed by seed. */

import { version } from "../version.js";
import type { Cell } from "./cell.js";
import { type Difference, differenceOf, summaryOf } from "./comparison.js";
import type { RolloutError } from "./rollout.js";

/** What is compared: no augmentation, or one by a method along generators of a source. */
export interface Arm {
  readonly name: string; // "none", "preimage learned"
  readonly method: string | null; // null: windows as they are
  readonly source: string | null; // of the generators
}

/** What the table is of, as it is told beside it. */
export interface EvaluationOf {
  readonly task: string;
  readonly equation: string; // its text
  readonly preset: string;
  readonly settings: Readonly<Record<string, number | string>>; // of the operator and its training
  readonly steps: number | null; // of every training, instead of the settings' epochs
  readonly trajectories: readonly number[]; // to train on
  readonly seeds: readonly number[];
  readonly arms: readonly Arm[];
  readonly test: { readonly trajectories: number; readonly seed: number; readonly steps: number };
  readonly sigma: number; // how far windows are moved along each direction of the generators' span, in the data's extents
  readonly copies: number; // of each trajectory
  readonly original: number; // share of windows that are not moved
}

export interface Row {
  readonly trajectories: number;
  readonly arm: string;
  readonly errors: readonly (number | null)[]; // of each seed, in their order; null where it is not done
  readonly mean: number | null; // over the seeds that are done
  readonly deviation: number | null; // between seeds
  readonly perStep: readonly number[]; // mean over seeds; [] where none is done
  readonly generators: number | null; // that windows were moved along, mean over seeds
}

export interface Compared extends Difference {
  readonly trajectories: number;
  readonly arm: string;
  readonly against: string;
  readonly share?: number; // of learned − true: how much it is of what the true ones gain, none − true; absent where they gain nothing
}

type Baseline = Pick<RolloutError, "mean"> & { readonly perStep: readonly number[] };

export interface Evaluation extends EvaluationOf {
  readonly schema: 1;
  readonly version: string;
  readonly cells: { readonly done: number; readonly of: number };
  readonly baselines: { readonly zero: Baseline; readonly persistence: Baseline };
  readonly rows: readonly Row[];
  readonly differences: readonly Compared[];
  readonly seconds: number; // of all cells
}

const plain = ({ mean, perStep }: RolloutError): Baseline => ({ mean, perStep: [...perStep] });

export function evaluationOf(
  of: EvaluationOf,
  cells: readonly Cell[],
  baselines: { readonly zero: RolloutError; readonly persistence: RolloutError },
): Evaluation {
  const found = (trajectories: number, arm: string): Cell[] =>
    of.seeds.flatMap(
      (seed) => cells.find((c) => c.trajectories === trajectories && c.arm === arm && c.seed === seed) ?? [],
    );
  const rows = of.trajectories.flatMap((trajectories) =>
    of.arms.map(({ name: arm }): Row => {
      const own = found(trajectories, arm);
      const { mean, deviation } = summaryOf(own.map((cell) => cell.mean));
      const moved = own.flatMap(({ generators }) => generators ?? []);
      return {
        ...{ trajectories, arm, deviation },
        errors: of.seeds.map((seed) => own.find((cell) => cell.seed === seed)?.mean ?? null),
        mean: own.length > 0 ? mean : null,
        perStep:
          own.length > 0 ? [...own[0]!.perStep.map((_, j) => summaryOf(own.map((c) => c.perStep[j]!)).mean)] : [],
        generators: moved.length > 0 ? summaryOf(moved).mean : null,
      };
    }),
  );
  const pairs = (trajectories: number, a: string, b: string): Difference =>
    differenceOf(
      found(trajectories, a).flatMap((cell): [number, number][] => {
        const other = found(trajectories, b).find(({ seed }) => seed === cell.seed);
        return other ? [[cell.mean, other.mean]] : [];
      }),
    );
  const none = of.arms.find(({ method }) => method === null)?.name;
  const differences = of.trajectories.flatMap((trajectories) =>
    of.arms.flatMap((arm): Compared[] => {
      if (arm.method === null) return [];
      const between = (against: string): Compared => ({
        ...{ trajectories, arm: arm.name, against },
        ...pairs(trajectories, arm.name, against),
      });
      const truth = of.arms.find(({ method, source }) => method === arm.method && source === "true");
      const all = none === undefined ? [] : [between(none)];
      if (truth === undefined || truth === arm) return all;
      const gain = none === undefined ? Number.NaN : pairs(trajectories, none, truth.name).mean;
      const against = between(truth.name);
      return [...all, gain > 0 ? { ...against, share: against.mean / gain } : against];
    }),
  );
  return {
    ...{ schema: 1, version, ...of },
    cells: { done: cells.length, of: of.trajectories.length * of.seeds.length * of.arms.length },
    baselines: { zero: plain(baselines.zero), persistence: plain(baselines.persistence) },
    rows,
    differences: differences.filter((difference) => difference.pairs > 0),
    seconds: cells.reduce((sum, { seconds: { augment, train, rollout } }) => sum + augment + train + rollout, 0),
  };
}
