import { describe, expect, test } from "@jest/globals";
import { repeats } from "../../src/data/periods.js";
import { parse } from "../../src/expression/parse.js";

/** t runs from 60 on, where the logarithm is finite. */
const range = (name: string, share: number): number => (name === "t" ? 60 + share : share);
const of = (text: string, along = "x"): boolean => repeats(parse(text), along, 3, range);

describe("along x, after 3,", () => {
  test.each(["t^2*u", "sin(2*pi*x/3)*u", "exp(cos(4*pi*x/3))*log(t - 50)", "u_xx*sin(2*pi*x/3)^2"])(
    "%s repeats",
    (text) => {
      expect(of(text)).toBe(true);
    },
  );
  test.each(["x", "sin(x)", "x*log(t - 50)", "sin(pi*x/3)*u_x", "1e-6*x + t"])("%s does not", (text) => {
    expect(of(text)).toBe(false);
  });
  test("nor need what does so repeat along t", () => {
    expect([of("t*sin(2*pi*x/3)", "t"), of("sin(2*pi*t/3)", "t")]).toEqual([false, true]);
  });
});

test("without a range places are such that few functions are not finite there", () => {
  expect([repeats(parse("x*log(x)/t"), "x", 3), repeats(parse("sqrt(t)*u"), "x", 3)]).toEqual([false, true]);
});
