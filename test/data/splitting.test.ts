import { describe, expect, test } from "@jest/globals";
import { clockOf, timesOn } from "../../src/data/clock.js";
import { checkPeriods } from "../../src/data/periods.js";
import { coefficientAt, splittingOf } from "../../src/data/splitting.js";
import { InputError } from "../../src/engine/error.js";
import { equationFromText } from "../../src/equation/text.js";
import { text } from "../../src/expression/print.js";

const equation = (source: string) => equationFromText("pde", source);
const linear = (source: string, t = 0) =>
  splittingOf(equation(source)).couplings.map((c) => [c.into, c.from, c.orders.join(), coefficientAt(c, t)]);
const rest = (source: string) => splittingOf(equation(source)).rest.map((r) => [r.state, text(r.expression)]);

describe("the splitting of an equation", () => {
  test("takes constant multiples of derivatives, brackets opened, and leaves products and what depends on x", () => {
    expect(linear("u_t = -(1 + 0.5*sin(x))*u_xxx - u*u_x + 3*(u_x + u^2)")).toEqual([
      [0, 0, "1,0", 3],
      [0, 0, "3,0", -1],
    ]);
    expect(splittingOf(equation("u_t = -(1 + 0.5*sin(x))*u_xxx - u*u_x")).jets.map(({ name }) => name)).toEqual([
      "u",
      "u_x",
      "u_xxx",
    ]);
  });

  test("takes what couples components", () => {
    expect(linear("u_t = -v_xx - v_yy; v_t = u_xx + u_yy + u^2*v")).toEqual([
      [0, 1, "2,0", -1],
      [0, 1, "0,2", -1],
      [1, 0, "2,0", 1],
      [1, 0, "0,2", 1],
    ]);
    expect(rest("u_t = -v_xx - v_yy; v_t = u_xx + u_yy + u^2*v")).toEqual([[1, "u^2*v"]]);
  });

  test("has u_t as a state where the equation is of second order in time", () => {
    expect(linear("u_tt = u_xx - 0.1*u_t - sin(u)")).toEqual([
      [0, 1, "0,0", 1],
      [1, 1, "0,0", -0.1],
      [1, 0, "2,0", 1],
    ]);
    expect(rest("u_tt = u_xx - 0.1*u_t - sin(u)")).toEqual([[1, "-sin(u)"]]);
  });

  test("holds coefficients that change in time and leaves what they drift by", () => {
    const source = "u_t = -u*u_x - exp(t)*u_xxx";
    expect(linear(source, 2)).toEqual([[0, 0, "3,0", -Math.exp(2)]]);
    const { steady, inputs, rest } = splittingOf(equation(source));
    expect(steady).toBe(false);
    expect(inputs.slice(-4)).toEqual(["x", "y", "t", "held 0"]);
    expect(text(rest[0]!.expression)).toContain("held 0");
  });
});

describe("an equation's clock", () => {
  test("is the factor that all terms share, and its integral from 0", () => {
    const clock = clockOf(equation("u_t = -exp(t/50)*(u*u_x + u_xxx)"), 100)!;
    expect([text(clock.factor), clock.steady.text, clock.steady.quadraticFlux]).toEqual([
      "exp(t/50)",
      "u_t = -u*u_x - u_xxx",
      -0.5,
    ]);
    const times = Float64Array.of(0, 44, 100);
    timesOn(clock, times).forEach((s, i) => {
      expect(Math.abs(s - 50 * Math.expm1(times[i]! / 50))).toBeLessThan(1e-12); // rounding of sums up to 320
    });
  });
  test("keeps the sign of a negative factor in the equation", () => {
    const clock = clockOf(equation("u_t = (t - 3)*u_x; v_t = 2*(t - 3)*(v_x + u*v)"), 1)!;
    expect(timesOn(clock, Float64Array.of(1))[0]).toBeCloseTo(2.5, 14);
    expect(clock.steady.text).toBe("u_t = -u_x; v_t = -2*u*v - 2*v_x");
  });
  test.each([
    ["no t", "u_t = -u*u_x"],
    ["t in one term only", "u_t = -u*u_x - u_xxx - u/(2*t + 2)"],
    ["a factor that changes its sign", "u_t = cos(t)*u_x"],
    ["a factor that is not finite", "u_t = (1/t)*u_x"],
    ["second order in time", "u_tt = exp(t)*u_xx"],
  ])("does not exist with %s", (_, source) => {
    expect(clockOf(equation(source), 5)).toBeNull();
  });
});

describe("an equation that depends on x", () => {
  test.each([
    ["u_t = -(1 + 0.3*sin(x))*u*u_x", { nx: 32, length: 4 * Math.PI }],
    ["u_t = u_xx + u_yy + cos(y)*u", { nx: 32, length: 5, ny: 32, lengthY: 2 * Math.PI }],
    ["u_t = sin(t)*u_x", { nx: 32, length: 5 }],
  ])("%s fits a grid of its period", (source, grid) => {
    expect(() => checkPeriods(equation(source), grid)).not.toThrow();
  });
  test.each([
    ["u_t = -(1 + 0.3*sin(x))*u*u_x", { nx: 32, length: 10 }, /depends on x but not with the period 10/],
    ["u_t = x*u_x", { nx: 32, length: 10 }, /depends on x/],
    ["u_t = u_xx + u_yy + cos(y)*u", { nx: 32, length: 5, ny: 32, lengthY: 6 }, /depends on y/],
  ])("%s is refused on another", (source, grid, message) => {
    expect(() => checkPeriods(equation(source), grid)).toThrow(InputError);
    expect(() => checkPeriods(equation(source), grid)).toThrow(message);
  });
});
