/** Named members of a library, from their texts. */
import { physical } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { stream } from "../engine/random.js";
import { type Expression, variable } from "../expression/expression.js";
import { parse } from "../expression/parse.js";
import type { Problem } from "./problem.js";
import { valuesOf } from "./span.js";

const LOOKED = 2048; // points of the data

/** Members as expressions in the coordinates, which can be told before there are data. Throws InputError for one that names something else. */
export const readMembers = (texts: readonly string[], coordinates: readonly string[]): Expression[] =>
  texts.map((text) =>
    parse(text, {
      names: (name) => (coordinates.includes(name) ? variable(name) : undefined),
      known: () => coordinates,
      advice: () => `members are functions of ${coordinates.join(", ")}`,
    }),
  );

/** The same for a problem: throws InputError, too, for one that is not finite on the data, or vanishes there. */
export function membersOf(
  texts: readonly string[],
  problem: Pick<Problem, "coordinates" | "chart" | "sample">,
  kernels: TapeKernels,
  seed: number,
): Expression[] {
  const { coordinates, chart } = problem;
  const points = physical(chart, problem.sample("train", LOOKED, stream(seed, "members")));
  const dim = coordinates.length;
  const members = readMembers(texts, coordinates);
  members.forEach((member, m) => {
    const values = valuesOf(kernels, [member], coordinates, points).filter((_, i) => i % dim === 0);
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      const where = coordinates.map((name, a) => `${name} = ${points[bad * dim + a]!.toPrecision(4)}`).join(", ");
      throw new InputError(
        `the member ${texts[m]} is ${values[bad]} at ${where}; pass functions that are finite on the data, or other data`,
      );
    }
    if (values.every((v) => v === 0)) throw new InputError(`the member ${texts[m]} vanishes on the data; leave it out`);
  });
  return members;
}
