import { expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { one, zero } from "../../src/expression/expression.js";
import { fourierLibrary, monomialLibrary } from "../../src/field/library.js";
import { randomFields, traced } from "../../src/learn/formulas.js";

test("fields of a Fourier library are flowed as periodic, those of monomials as they come", () => {
  const components = [one, zero, zero];
  const fourier = fourierLibrary([{ name: "x", length: 3, modes: 1 }], ["t", "u"], 1);
  expect(traced(components, fourier)).toMatchObject({ kind: "formula", periodic: true });
  expect(traced(components, monomialLibrary(["x", "t", "u"], 1))).toMatchObject({ kind: "formula", periodic: false });
});

test("random fields are unit combinations of a spectrum's, which are orthonormal", () => {
  const [M, draw] = [5, stream(1, "control")];
  const identity = Float64Array.from({ length: M * M }, (_, i) => (i % (M + 1) === 0 ? 1 : 0));
  const spectrum = { coefficients: identity, scores: new Float64Array(M) } as Parameters<typeof randomFields>[0];
  const fields = randomFields(spectrum, 3, () => draw.normal());
  for (let j = 0; j < 3; j++) expect(Math.hypot(...fields.subarray(j * M, (j + 1) * M))).toBeCloseTo(1, 12);
  expect(fields[0]).not.toBe(fields[M]);
});
