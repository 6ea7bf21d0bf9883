import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { fourierLibrary } from "../../src/field/library.js";
import { libraryScorer, libraryScores } from "../../src/learning/score.js";
import { fitValues } from "../../src/reading/fit.js";
import type { Measure } from "../../src/reading/measure.js";
import { parsimonious } from "../../src/reading/parsimony.js";
import { read } from "../../src/reading/reading.js";
import { sparseBasis } from "../../src/reading/sparse.js";
import { pdeConditions } from "../../src/validity/weak.js";
import { randomStates } from "../validity/snapshots.js";
import { fieldValues } from "./span.js";

const kernels = await simdKernels();
const XTU = ["x", "t", "u"];
const equation = equationOf({ name: "kdv", parameters: {} });
const how = { grid: { nx: 256, length: 128 }, count: 40, modes: 6, from: 44, to: 100 };
const { data, units } = randomStates(equation, 1, how);
const conditions = pdeConditions(kernels, equation, data, units, 20, stream(1, "conditions"), { states: 40 });
const measure: Measure = { points: conditions.points, units: conditions.units };
const library = fourierLibrary([{ name: "x", length: 128, modes: 1 }], ["t", "u"], 2);

const reads = (fields: readonly (readonly string[])[], by: typeof conditions | null = conditions): string[] =>
  read(
    kernels,
    fitValues(kernels, library, measure, fieldValues(fields, XTU, measure)),
    measure,
    by ?? undefined,
  ).formulas.map((f) => f.text);

/** What training makes of KdV's boost: off by half a degree, smoothly, so that a fit reads every term. */
const boost = ["t", "0.0117*t", "1.006 - 0.0154*u"];

describe("formulas that KdV bears out", () => {
  test("a boost that is off by some thousandths reads as the boost; without the equation, to the last digit", () => {
    expect(reads([boost], null)[0]).toMatch(/t ∂t.*u ∂u/);
    expect(reads([boost])).toEqual(["t ∂x + ∂u"]);
    expect(reads([["1", "0", "0"], ["0", "1", "0"], boost])).toEqual(["∂x", "∂t", "t ∂x + ∂u"]);
  });

  test("a sum of two symmetries stays one, and what is none keeps the terms that it was given", () => {
    expect(reads([["1 + 0.05*t", "0", "0.05"]])).toEqual(["20 ∂x + t ∂x + ∂u"]);
    expect(reads([["0", "t", "0.4*u"]])).toEqual(reads([["0", "t", "0.4*u"]], null));
  });

  test("no term goes that is missed, however small its share", () => {
    const basis = sparseBasis(fitValues(kernels, library, measure, fieldValues([boost], XTU, measure)));
    const terms = (coefficients: Float64Array): number => coefficients.filter((c) => c !== 0).length;
    expect(parsimonious(basis, (c) => (terms(c) < 4 ? 1 : 0.5)).rows[0]!.support).toHaveLength(4);
    expect(parsimonious(basis, (c) => (terms(c) < 3 ? 1 : 0.5)).rows[0]!.support).toHaveLength(3);
    expect(parsimonious(basis, () => 0, 1e-4).rows[0]!.support).toHaveLength(4); // nor one that would move it too far
  });
});

test("a scorer gives the scores of the rows themselves, apart from their damping", () => {
  const members = 3 * library.functions.length;
  const draw = stream(2, "fields");
  const fields = Float64Array.from({ length: 4 * members }, () => draw.normal());
  const scorer = libraryScorer(conditions, library);
  libraryScores(conditions, library, fields).forEach((score, k) => {
    expect(scorer(fields.subarray(k * members, (k + 1) * members)) / score).toBeCloseTo(1, 3); // damping: 1e-6 of the mean square over the library, of which a field has some hundredths
  });
});
