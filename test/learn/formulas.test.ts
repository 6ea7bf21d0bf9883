import { expect, test } from "@jest/globals";
import { one, zero } from "../../src/expression/expression.js";
import { fourierLibrary, monomialLibrary } from "../../src/field/library.js";
import { traced } from "../../src/learn/formulas.js";

test("fields of a Fourier library are flowed as periodic, those of monomials as they come", () => {
  const components = [one, zero, zero];
  const fourier = fourierLibrary([{ name: "x", length: 3, modes: 1 }], ["t", "u"], 1);
  expect(traced(components, fourier)).toMatchObject({ kind: "formula", periodic: true });
  expect(traced(components, monomialLibrary(["x", "t", "u"], 1))).toMatchObject({ kind: "formula", periodic: false });
});
