import { describe, expect, test } from "@jest/globals";
import { countDefaults, countSymmetries } from "../../src/learning/count.js";

const count = (...scores: number[]) => countSymmetries(Float64Array.from(scores), countDefaults);

describe("the count of a spectrum", () => {
  test("is cut at the largest ratio of neighbours", () => {
    expect(count(1e-13, 2e-12, 1e-3, 0.2)).toEqual({ count: 2, countIs: "exact", kept: 2, gap: 5e8 });
  });
  test("scores below the floor are alike: a large ratio between rounding errors does not count", () => {
    expect(count(1e-16, 1e-10, 1e-3, 0.2)).toMatchObject({ count: 2, kept: 2 });
    expect(count(1e-16, 1e-10, 1e-3, 0.2).gap).toBeCloseTo(1e7, -2);
  });
  test("may be 0, and has then no gap", () => {
    expect(count(1e-3, 1e-2, 0.2)).toEqual({ count: 0, countIs: "exact", kept: 0, gap: null });
  });
  test("is undecided below a ratio of 100, with the cut that is largest", () => {
    expect(count(5e-9, 1e-7, 5e-6, 3e-5)).toMatchObject({ count: null, countIs: "undecided", kept: 2 });
  });
  test("is at least all where all are at the floor", () => {
    expect(count(1e-15, 1e-12)).toEqual({ count: 2, countIs: "atLeast", kept: 2, gap: null });
  });
  test("a gap is counted from 1e-14 at least", () => {
    expect(count(0, 0.5).gap).toBeCloseTo(0.5e14, -3);
  });
  test("rows that say their floor and what decides are believed", () => {
    const noisy = countSymmetries(Float64Array.of(1e-4, 3e-3, 0.1), { floor: 2e-3, decisive: 10 });
    expect(noisy).toMatchObject({ count: 2, countIs: "exact" });
  });
});
