import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { coprime, divisor, rationalText, ratioOf, recognise, simplest } from "../../src/reading/rational.js";
import { fc } from "../property.js";

describe("the simplest fraction in an interval", () => {
  test("has the smallest denominator, by trial of all", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.4, noNaN: true }),
        (a, w) => {
          const { numerator, denominator } = simplest(a - w, a + w);
          const value = numerator / denominator;
          expect(value >= a - w - 1e-12 && value <= a + w + 1e-12).toBe(true);
          for (let q = 1; q < denominator; q++) expect(Math.floor((a + w) * q) >= Math.ceil((a - w) * q)).toBe(false);
        },
      ),
    );
  });
});

describe("a number is recognised", () => {
  test.each<[number, number, string]>([
    [3.0000000004, 1e-9, "3"],
    [-0.66666666701, 1e-9, "-2/3"],
    [0.02 + 1e-9, 1e-8, "1/50"],
    [150.0000003, 1e-6, "150"],
    [2.98, 1e-2, "3"],
    [0.5004, 1e-3, "1/2"],
    [0.123, 1e-10, "123/1000"],
  ])("%d ± %d as %s", (value, error, text) => {
    expect(rationalText(recognise(value, error)!)).toBe(text);
  });

  test.each<[number, number, string]>([
    [0.667, 5e-3, "thirds lie in the window of too many numbers"],
    [0.5, 0.01, "so do halves"],
    [150, 0.15, "and large whole numbers"],
    [3, 0.2, "no digit at all is certain"],
    [Math.SQRT2, 1e-9, "an irrational"],
    [Math.PI, 1e-8, "another, for all that 355/113 is near"],
    [1 / 1001, 1e-12, "beyond the largest denominator"],
    [Number.NaN, 1e-3, "not a number"],
  ])("%d ± %d not: %s", (value, error) => {
    expect(recognise(value, error)).toBeNull();
  });

  test.each([1e-2, 1e-3, 1e-5, 1e-8])("by chance no more often than one in ten, with errors of %d", (error) => {
    const { uniform } = stream(2, `rational ${error}`);
    let found = 0;
    for (let i = 0; i < 2000; i++) if (recognise(10 + 10 * uniform(), error)) found++;
    expect(found).toBeLessThan(200);
  });

  test("wherever a small fraction was measured within its error", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (p, q, e) => {
          const found = recognise(p / q + e * 1e-7, 1e-7)!;
          expect(Math.abs(ratioOf(found) - p / q)).toBeLessThan(1e-12);
          expect(divisor(found.numerator, found.denominator)).toBe(1);
        },
      ),
    );
  });
});

test("fractions become coprime whole numbers in the same ratios", () => {
  const of = (...parts: [number, number][]) =>
    coprime(parts.map(([numerator, denominator]) => ({ numerator, denominator })));
  expect(of([1, 1], [-2, 3], [3, 4])).toEqual({ whole: [12, -8, 9], factor: 12 });
  expect(of([4, 1], [6, 1])).toEqual({ whole: [2, 3], factor: 1 / 2 });
  expect(of([1, 997], [1, 991], [1, 983], [1, 977])).toBeNull();
});
