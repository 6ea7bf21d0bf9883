import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { differenceOf, summaryOf } from "../../src/use/comparison.js";
import { studentWithin } from "../../src/use/student.js";

describe("Student's t", () => {
  test.each([
    [1, 12.7062],
    [2, 4.3027],
    [3, 3.1824],
    [4, 2.7764],
    [7, 2.3646],
    [30, 2.0423],
    [100, 1.984],
  ])("95 %% of it with %i degrees of freedom lie within ±%f", (freedom, printed) => {
    expect(Math.abs(studentWithin(0.95, freedom) - printed)).toBeLessThan(5.1e-5); // as tables print it, to four places
  });
  test("within 99 % are 63.657 and 4.604 for 1 and 4", () => {
    expect([1, 4].map((freedom) => studentWithin(0.99, freedom).toFixed(3))).toEqual(["63.657", "4.604"]);
  });
});

describe("numbers over seeds", () => {
  test("have a mean and a sample's deviation, of one alone no deviation", () => {
    expect(summaryOf([1, 2, 4, 5])).toEqual({ count: 4, mean: 3, deviation: Math.sqrt(10 / 3) });
    expect(summaryOf([7])).toEqual({ count: 1, mean: 7, deviation: null });
  });
  test("differ in pairs: what is common to a pair does not widen the interval", () => {
    const { pairs, mean, interval } = differenceOf([
      [10, 8],
      [101, 100],
      [1003, 1000],
    ]);
    expect([pairs, mean]).toEqual([3, 2]);
    const half = 4.302652729911275 / Math.sqrt(3); // Student's t of two degrees of freedom times a deviation of 1
    expect(Math.abs(interval![0] - (2 - half)) + Math.abs(interval![1] - (2 + half))).toBeLessThan(1e-9);
    expect(differenceOf([[3, 1]])).toEqual({ pairs: 1, mean: 2, interval: null });
  });
  test("exchanged turn the interval over", () => {
    const pairs = fc.array(
      fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })),
      {
        minLength: 2,
        maxLength: 9,
      },
    );
    fc.assert(
      fc.property(pairs, (all) => {
        const [there, back] = [differenceOf(all), differenceOf(all.map(([a, b]) => [b, a]))];
        expect(Math.abs(there.interval![0] + back.interval![1])).toBeLessThan(1e-9);
        expect(there.interval![0]).toBeLessThanOrEqual(there.mean + 1e-12);
      }),
      { numRuns: 50 },
    );
  });
});
