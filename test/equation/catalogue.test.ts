import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { catalogue, equationOf, outputTimes } from "../../src/equation/catalogue.js";

describe("the catalogue", () => {
  test("gives each equation under its own name", () => {
    for (const name of Object.keys(catalogue)) expect(equationOf({ name, parameters: {} }).name).toBe(name);
  });

  test.each(["kdw", "", "constructor", "__proto__"])("refuses %p and lists what there is", (name) => {
    expect(() => equationOf({ name, parameters: {} })).toThrow(InputError);
    expect(() => equationOf({ name, parameters: {} })).toThrow(/heat, burgers, kdv, ks/);
  });

  test("takes parameters by name over its defaults, and refuses others", () => {
    expect(equationOf({ name: "burgers", parameters: {} }).parameters).toEqual({ nu: 0.01 });
    expect(equationOf({ name: "burgers", parameters: { nu: 0.2 } }).linear).toEqual([[[2, 0.2]]]);
    expect(() => equationOf({ name: "burgers", parameters: { mu: 1 } })).toThrow(/no parameter "mu"; it takes nu/);
    expect(() => equationOf({ name: "kdv", parameters: { nu: 1 } })).toThrow(/it takes none/);
    expect(() => equationOf({ name: "burgers", parameters: { nu: Number.NaN } })).toThrow(/nu must be a finite number/);
  });

  test("outputs run from 0 to the final time, and as many are used as there are", () => {
    for (const row of Object.values(catalogue)) {
      const times = outputTimes(row);
      expect(times).toHaveLength(row.outputs);
      expect([times[0], times.at(-1)]).toEqual([0, row.time]);
      expect(row.used).toBeLessThanOrEqual(row.outputs);
    }
  });
});
