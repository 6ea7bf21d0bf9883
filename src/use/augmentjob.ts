/** Copies of one trajectory, moved along generators, as a job. */
import type { Trajectories } from "../data/trajectories.js";
import type { Job } from "../engine/job.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import type { Generators } from "../flow/generators.js";
import { type GeneratorSpec, generatorsFrom } from "../flow/generatorspec.js";
import { hopeless, type Reason, reasonAgainst, wholeRows } from "./rejection.js";
import type { Resampled } from "./resample.js";
import { type Method, Resampler } from "./resampler.js";
import { type Order, type Rows, rowsResidual } from "./residual.js";

export interface AugmentSetup {
  readonly generators: GeneratorSpec;
  readonly grid: Omit<Trajectories, "u" | "n">;
  readonly equation: EquationSpec | null; // null: nothing is measured
  readonly method: Method;
  readonly leastRows: number;
  readonly order: Order; // of the differences that are measured by
}

export interface AugmentArgs {
  readonly u: Float64Array; // one trajectory
  readonly amounts: readonly Float64Array[]; // a copy each
  readonly measured: readonly boolean[];
}

/** A copy. Sums are [residual, scale], null where nothing was measured. */
export interface Moved extends Omit<Resampled, "u" | "support"> {
  readonly u: Float64Array | null; // null where it is rejected
  readonly support: Float64Array; // [nt], share of each row's places that is known
  readonly rows: Rows; // the longest run of rows that are known
  readonly reason: Reason | null; // why it is rejected
  readonly residual: readonly [number, number] | null;
  readonly floor: readonly [number, number] | null; // of the same rows of the trajectory itself
}

interface State extends AugmentSetup {
  readonly fields: Generators;
  readonly law: Equation | null;
}

export const augmentJob: Job<AugmentSetup, State, AugmentArgs, Moved[]> = {
  name: "augment",
  prepare: (kernels, setup) => ({
    ...setup,
    fields: generatorsFrom(setup.generators, kernels),
    law: setup.equation && equationOf(setup.equation),
  }),
  run(kernels, { grid, fields, law, method, leastRows, order }, { u, amounts, measured }) {
    const data: Trajectories = { ...grid, n: 1, u };
    const { nt, nx } = data;
    const resampler = new Resampler(kernels, data, fields);
    return amounts.map((own, k) => {
      const { u: moved, support, ...figures } = resampler.move(own, method, hopeless);
      const rows = wholeRows(support, nt);
      const reason = reasonAgainst({ u: moved, support, ...figures }, rows[1] - rows[0], leastRows);
      const measure = law !== null && measured[k] && reason === null;
      return {
        ...figures,
        u: reason === null ? moved : null,
        support: Float64Array.from({ length: nt }, (_, j) => {
          let known = 0;
          for (let i = j * nx; i < (j + 1) * nx; i++) known += support[i]!;
          return known / nx;
        }),
        rows,
        reason,
        residual: measure ? rowsResidual(kernels, law, { ...data, u: moved }, rows, order) : null,
        floor: measure ? rowsResidual(kernels, law, data, rows, order) : null,
      };
    });
  },
};
