import { describe, expect, test } from "@jest/globals";
import { parametersIn, readEquation } from "../../playground/form/reading.js";
import { inForm } from "../../playground/result/words.js";
import { remaining, Stages } from "../../playground/watch/stages.js";
import { InputError } from "../../src/engine/error.js";
import { equationOf } from "../../src/equation/catalogue.js";

test.each<[string, string[]]>([
  ["u_t = nu*u_xx - a*u*u_x + b1*a", ["nu", "a", "b1"]],
  ["u_t = v_x; v_t = c^2*u_x", ["c"]],
  ["u_tt = c*u_xx + c*u_yy - m*y", ["c", "m"]],
  ["u_t = -exp(t/50)*(u*u_x + 2e3*u_xxx) + sin(pi*x)", []],
  ["u_t = foo(u) + w_x", []], // slips: a function and a derivative that are unknown
  ["u_t =", []],
  ["", []],
])("the parameters in %p are %p", (text, names) => {
  expect(parametersIn(text)).toEqual(names);
});

describe("a text that cannot be read", () => {
  test.each<[string, number | null, RegExp]>([
    ["u_t = u_xx + )", 13, /^expected a number, a name or an opening bracket but found \)$/],
    ["u_t = -6*u*u_zz + u_xx - u_xxx + u_xx", 11, /^unknown name u_zz; the names are x, t, u and derivatives as u_xx$/],
    ["u_t = u*;", 8, /nothing follows$/],
    ["", null, /^the equation is empty/],
  ])("%p is told at character %p without the excerpt", (text, at, words) => {
    const reading = readEquation({ name: "pde", text, parameters: {} });
    expect(reading).toMatchObject({ fault: { at } });
    const { sentence } = (reading as { fault: { sentence: string } }).fault;
    expect(sentence).toMatch(words);
    expect(sentence).not.toMatch(/here|at character|--param/);
  });
  test("whatever is wrong, the place lies in the text or behind its end", () => {
    for (let cut = 0; cut < 30; cut++) {
      const text = "u_t = -(u^2*u_x + exp(t)*u_xxx".slice(0, cut);
      const reading = readEquation({ name: "pde", text, parameters: {} });
      if (!("fault" in reading)) continue;
      const at = reading.fault.at ?? 0;
      expect([cut, at >= 0 && at <= text.length]).toEqual([cut, true]);
      expect(() => equationOf({ name: "pde", text, parameters: {} })).toThrow(InputError);
    }
  });
});

describe("how far a run is", () => {
  test("grows to the whole and never falls, stage by stage", () => {
    const stages = new Stages("neural", 0);
    const shares = [
      stages.at({ stage: "data", done: 0, of: 20 }, 0),
      stages.at({ stage: "data", done: 20, of: 20 }, 600),
      stages.at({ stage: "learn", done: 1, of: 400 }, 700),
      stages.at({ stage: "data", done: 3, of: 20 }, 800),
      stages.at({ stage: "learn", done: 400, of: 400 }, 9000),
      stages.at({ stage: "certify", done: 32, of: 32 }, 10000),
    ].map(({ share }) => share);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBeCloseTo(1, 12);
  });
  test("time left follows from what has passed, and is not told before it can be", () => {
    const stages = new Stages("neural", 1000);
    expect(stages.at({ stage: "data", done: 1, of: 20 }, 1100).left).toBeNull();
    const { left, words } = stages.at({ stage: "learn", done: 200, of: 400 }, 6000);
    expect(left).toBeCloseTo((5 * (1 - 0.47)) / 0.47, 9); // 0.06 + 0.82/2 done in 5 s
    expect(words).toBe("Learning fields: step 200 of 400");
  });
  test.each<[number | null, string]>([
    [null, ""],
    [0.4, "almost done"],
    [7.6, "about 8 s left"],
    [43, "about 45 s left"],
    [170, "about 3 min left"],
  ])("%p s are %p", (left, words) => {
    expect(remaining(left)).toBe(words);
  });
});

test("what the library says of its command line is said of the form", () => {
  expect(inForm("run again with a larger one (--degree).")).toBe(
    "run again with a larger one (Degree, under Settings).",
  );
  expect(inForm("there may be more symmetries; run again with more --generators")).toBe(
    "there may be more symmetries; run again with more slots",
  );
  expect(inForm("use the library learner (--method library)")).toBe("use the library learner");
});
