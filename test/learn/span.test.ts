import { describe, expect, test } from "@jest/globals";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import type { Expression } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { complement, lengthOf } from "../../src/learn/span.js";
import type { Formula } from "../../src/reading/formula.js";

const coordinates = ["x", "u"];
const draw = stream(1, "points");
const units = { names: coordinates, offset: Float64Array.of(0, 0), scale: Float64Array.of(10, 0.1) };
const measure = { points: Float64Array.from({ length: 400 }, (_, i) => units.scale[i % 2]! * draw.uniform()), units };
const field = (...components: string[]): Expression[] => components.map((c) => parse(c));
const formula = (...components: string[]) => ({
  text: components.join(", "),
  fits: true,
  components: field(...components),
});
const left = (base: readonly Expression[][], ...formulas: ReturnType<typeof formula>[]): string[] =>
  complement(kernels, coordinates, measure, base, formulas as readonly object[] as Formula[]).map((f) => f.text);

test("a field's length is that in units of the data", () => {
  expect(lengthOf(kernels, field("10", "0"), coordinates, measure)).toBeCloseTo(1, 12);
  expect(lengthOf(kernels, field("30", "0.4"), coordinates, measure)).toBeCloseTo(5, 12);
});

describe("what stands out of a span", () => {
  const base = [field("1", "0"), field("0", "1")];
  test("is what it does not hold, to a thousandth of the field", () => {
    expect(left(base, formula("2", "0"), formula("x", "0"), formula("-1", "3"))).toEqual(["x, 0"]);
    const share = (s: number) => formula(`1 + ${s}*x/10`, "0"); // of which x/10 leaves 0.29 s
    expect(left(base, share(0.03))).toHaveLength(1);
    expect(left(base, share(0.001))).toHaveLength(0);
  });
  test("nor what those taken before hold", () => {
    expect(left(base, formula("x", "0"), formula("x + 1", "2"), formula("0", "u"))).toEqual(["x, 0", "0, u"]);
  });
  test("goes by units of the data, in which 0.02 of u is as much as 2 of x", () => {
    expect(left(base, formula("1000", "x/10000"))).toHaveLength(0);
    expect(left(base, formula("1", "x/100"))).toHaveLength(1);
  });
  test("is all of them where there is nothing to stand out of, but nothing without a formula", () => {
    expect(left([], formula("1", "0"), formula("2", "0"))).toHaveLength(2);
    expect(left(base, { ...formula("x", "0"), fits: false })).toHaveLength(0);
  });
});
