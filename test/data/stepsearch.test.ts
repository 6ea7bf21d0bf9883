import { describe, expect, test } from "@jest/globals";
import type { Solution } from "../../src/data/solve.js";
import { splittingOf } from "../../src/data/splitting.js";
import { halvingsFor, SEARCH, stableStep, type Trial } from "../../src/data/stepsearch.js";
import { NumericalError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { equationFromText } from "../../src/equation/text.js";

/** Solutions of size 1 with an error by the number of halvings, or a failure. */
function trial(of: (halvings: number) => number | { time: number }): { run: Trial; tried: number[] } {
  const tried: number[] = [];
  const run: Trial = (levels) =>
    Promise.resolve(
      levels.map((level): Solution => {
        tried.push(level);
        const outcome = of(level);
        if (typeof outcome === "number") return { u: Float64Array.of(1, 0, 1, outcome), failure: null };
        return { u: new Float64Array(4), failure: { row: 1, kind: "growth", ...outcome } };
      }),
    );
  return { run, tried };
}

describe("the step", () => {
  test("is that at which an error of fourth order is a fifteenth of the tolerance, found in few trials", async () => {
    const { run, tried } = trial((level) => 0.5 * 16 ** -level);
    const { halvings } = await halvingsFor(run, 100, 2, 2);
    const error = 0.5 * 16 ** -halvings;
    expect(error).toBeLessThan(SEARCH.tolerance / 15);
    expect(error).toBeGreaterThan(SEARCH.tolerance / 15 / 300); // at most two halvings too many
    expect(tried.length).toBeLessThanOrEqual(5);
    expect(new Set(tried).size).toBe(tried.length); // none twice
  });

  test("is shortened while only the longer one fails", async () => {
    const { run } = trial((level) => (level < 3 ? { time: 1 / (level + 1) } : 1e-9));
    expect(await halvingsFor(run, 100, 2, 2)).toMatchObject({ halvings: 4, solution: { failure: null } });
  });

  test("does not help where trajectories end at the same time again and again", async () => {
    const { run, tried } = trial((level) => ({ time: 0.7 + 0.01 * 2 ** -level }));
    const { solution } = await halvingsFor(run, 100, 2, 2);
    expect(solution.failure).toMatchObject({ row: 1, kind: "growth" });
    expect(tried).toEqual([0, 1, 2]);
  });

  test("stays where rounding or chaos lets differences fall no further, if they are small", async () => {
    const { run } = trial((level) => (level % 2 === 0 ? 3e-5 : 0));
    expect((await halvingsFor(run, 100, 2, 2)).halvings).toBeLessThan(4);
  });

  test("is not found where solutions do not settle, or would take too many steps", async () => {
    const rough = trial((level) => (level % 2 === 0 ? 0.3 : 0)).run;
    await expect(halvingsFor(rough, 100, 2, 2)).rejects.toThrow(NumericalError);
    await expect(halvingsFor(rough, 100, 2, 2)).rejects.toThrow(/does not settle: .* by [23]\.\de-1 of its size/);
    await expect(halvingsFor(rough, 1e7, 2, 2)).rejects.toThrow(/too stiff: about 1e\+7 steps/);
  });
});

describe("the first step tried", () => {
  const first = (text: string, u: number, times = [1]): number => {
    const splitting = splittingOf(equationFromText("pde", text));
    const u0 = new Float64Array(16 * splitting.states).fill(u);
    return stableStep(oracleKernels, splitting, { nx: 16, length: 2 * Math.PI }, u0, Float64Array.from(times));
  };
  test.each([
    ["u_t = -u*u_x - u_xxx", 3, 1 / (3 * 8)], // u ∂x at k = 8
    ["u_t = u^2*u_xx", 2, 1 / (4 * 64)],
    ["u_tt = u_xx - u^3", 2, 1 / Math.sqrt(12)],
    ["u_t = -u_xxx", 1, Number.POSITIVE_INFINITY],
  ])("for %s is one over the fastest rate of the rest", (text, u, step) => {
    expect(first(text, u)).toBeCloseTo(step, 12);
  });
  test("heeds coefficients that grow in time", () => {
    expect(first("u_t = -t*u*u_x", 1, [0, 5, 10])).toBeCloseTo(1 / 80, 12);
  });
});
