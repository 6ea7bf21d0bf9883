import { describe, expect, test } from "@jest/globals";
import type { Trajectories } from "../../src/data/trajectories.js";
import { foldedShare } from "../../src/use/folding.js";

const [nt, nx] = [4, 6];
const data: Trajectories = {
  ...{ n: 1, nt, nx, components: 1, length: 3 },
  x: Float64Array.from({ length: nx }, (_, i) => i / 2),
  t: Float64Array.from({ length: nt }, (_, j) => j),
  u: new Float64Array(nt * nx),
};
/** The grid with each place moved. */
const moved = (move: (x: number, t: number, i: number, j: number) => readonly [number, number]): Float64Array =>
  Float64Array.from(
    Array.from({ length: nt * nx }, (_, p) => {
      const [i, j] = [p % nx, Math.floor(p / nx)];
      return [...move(data.x[i]!, data.t[j]!, i, j), 0];
    }).flat(),
  );

describe("the folded share", () => {
  test.each<[string, number, number]>([
    ["at rest", 1, 0],
    ["stretched fivefold", 4.99, 0],
    ["and beyond", 5.01, 1],
    ["squeezed to a fifth", 0.201, 0],
    ["and beyond", 0.199, 1],
    ["turned over", -1, 1],
  ])("of a grid %s in x", (_, factor, share) => {
    expect(
      foldedShare(
        moved((x, t) => [factor * x, t]),
        data,
      ),
    ).toBe(share);
  });
  test("does not see turns, and is a share of the cells between the places", () => {
    expect(
      foldedShare(
        moved((x, t) => [-t, x]),
        data,
      ),
    ).toBe(0);
    const corner = moved((x, t, i, j) => (i === 0 && j === 0 ? [x + 9, t] : [x, t])); // one corner of one cell
    expect(foldedShare(corner, data)).toBe(1 / 15);
  });
});
