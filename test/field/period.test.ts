import { describe, expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { repeats } from "../../src/field/period.js";

const units = { offset: [0, 44, 0], scale: [3, 56, 2] };
const of = (text: string, along = "x"): boolean =>
  repeats(parse(text), along, 3, ["x", "t", "u"], units, stream(1, "periods"));

describe("a function repeats along x", () => {
  test.each(["t^2*u", "sin(2*pi*x/3)*u", "exp(cos(4*pi*x/3))*log(t - 50)", "u_xx*sin(2*pi*x/3)^2", "1/0.5"])(
    "%s does",
    (text) => {
      expect(of(text)).toBe(true);
    },
  );
  test.each(["x", "sin(x)", "x*log(t - 50)", "sin(pi*x/3)*u_x", "1e-6*x + t"])("%s does not", (text) => {
    expect(of(text)).toBe(false);
  });
  test("but need not along t", () => {
    expect([of("t*sin(2*pi*x/3)", "t"), of("sin(2*pi*t/3)", "t")]).toEqual([false, true]);
  });
});
