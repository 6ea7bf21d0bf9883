import { describe, expect, test } from "@jest/globals";
import { arraysOf, trajectoriesOf } from "../../src/data/check.js";
import { type NumericArray, readNpz, writeNpz } from "../../src/data/npz.js";
import { InputError } from "../../src/engine/error.js";

const [n, nt, nx, L] = [3, 20, 40, 16];
const line = (count: number, of: (i: number) => number): NumericArray => ({
  shape: [count],
  data: Float64Array.from({ length: count }, (_, i) => of(i)),
});
const u = (shape: number[]): NumericArray => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((p, s) => p * s, 1) }, (_, i) => Math.sin(i)),
});
const scalar = (value: number): NumericArray => ({ shape: [], data: Float64Array.of(value) });
const good = (): Map<string, NumericArray> =>
  new Map([
    ["u", u([n, nt, nx])],
    ["x", line(nx, (i) => (i * L) / nx)],
    ["t", line(nt, (j) => j / 4)],
  ]);
const edited = (edit: (arrays: Map<string, NumericArray>) => void): Map<string, NumericArray> => {
  const arrays = good();
  edit(arrays);
  return arrays;
};

describe("arrays that hold together become trajectories", () => {
  test("the period is x's step times nx", () => {
    const data = trajectoriesOf(good());
    expect([data.n, data.nt, data.components, data.nx]).toEqual([n, nt, 1, nx]);
    expect(data.length).toBeCloseTo(L, 12); // nx · (x_last − x_first)/(nx − 1), rounding only
  });
  test("without x, L or the option gives the grid", () => {
    const noX = edited((a) => a.delete("x"));
    expect(trajectoriesOf(noX, L).x).toEqual(good().get("x")!.data);
    expect(trajectoriesOf(noX.set("L", scalar(L))).length).toBe(L);
  });
  test("x rounded to float32 is still uniform", () => {
    const x = line(nx, (i) => Math.fround((i * 2 * Math.PI) / nx));
    expect(trajectoriesOf(good().set("x", x)).length).toBeCloseTo(2 * Math.PI, 5); // float32 has 7 digits
  });
  test("they survive a file, two components included", () => {
    const data = trajectoriesOf(
      good()
        .set("u", u([n, nt, 2, nx]))
        .set("L", scalar(L)),
    );
    expect(data.components).toBe(2);
    expect(trajectoriesOf(readNpz(writeNpz(arraysOf(data))))).toEqual(data);
  });
});

describe("arrays in the plane", () => {
  const ny = 32;
  const plane = (shape: number[]): Map<string, NumericArray> =>
    good()
      .set("u", u(shape))
      .set(
        "y",
        line(ny, (j) => j / 4),
      );
  test("are told by y from those of several components", () => {
    const one = trajectoriesOf(plane([n, nt, nx, ny]));
    expect([one.components, one.nx, one.ny, one.lengthY]).toEqual([1, nx, ny, 8]);
    const two = trajectoriesOf(plane([n, nt, 2, nx, ny]));
    expect([two.components, two.nx, two.ny]).toEqual([2, nx, ny]);
    const line = trajectoriesOf(good().set("u", u([n, nt, 2, nx])));
    expect([line.components, line.nx, line.ny]).toEqual([2, nx, undefined]);
  });
  test.each([1, 2])("survive a file, with %d components", (components) => {
    const data = trajectoriesOf(plane(components === 1 ? [n, nt, nx, ny] : [n, nt, components, nx, ny]));
    const again = trajectoriesOf(readNpz(writeNpz(arraysOf(data))));
    expect(again.u.every((value, i) => value === data.u[i])).toBe(true);
    expect({ ...again, u: 0 }).toEqual({ ...data, u: 0 });
  });
  test.each<[string, Map<string, NumericArray>, RegExp]>([
    [
      "y of another length",
      plane([n, nt, nx, 36]),
      /y has shape \[32\] but \[36\] is expected, as long as u's axis ny/,
    ],
    ["too few points in y", plane([n, nt, nx, 30]), /ny = 30 .* at least 32 points in y/],
    ["34 points in y", plane([n, nt, nx, 34]), /ny = 34 but an even .* resample u in y/],
    ["only three axes", plane([n, nt, nx]), /\[3, 20, 40\] but \[n, nt, nx, ny\] or \[n, nt, component, nx, ny\]/],
    ["five axes without y", good().set("u", u([n, nt, 1, nx, ny])), /two space dimensions need an array y/],
    [
      "a y that falls",
      plane([n, nt, nx, ny]).set(
        "y",
        line(ny, (j) => -j),
      ),
      /y must be uniform and increasing/,
    ],
    [
      "another period than Ly",
      plane([n, nt, nx, ny]).set("Ly", scalar(5)),
      /y spans a period of 8 .* but Ly = 5; check Ly and y's unit/,
    ],
  ])("with %s are refused", (_, arrays, message) => {
    expect(() => trajectoriesOf(arrays)).toThrow(InputError);
    expect(() => trajectoriesOf(arrays)).toThrow(message);
  });
});

describe("second order in time", () => {
  const read = (arrays: Map<string, NumericArray>) => trajectoriesOf(arrays, undefined, undefined, 2);
  test.each([
    ["one component", [n, nt, nx]],
    ["two components", [n, nt, 2, nx]],
  ])("puts u_t after u's components, and back into a file: %s", (_, shape) => {
    const rate = u(shape);
    rate.data.forEach((value, i) => {
      rate.data[i] = 10 + value;
    });
    const data = read(good().set("u", u(shape)).set("u_t", rate));
    const own = rate.data.length / (n * nt);
    expect(data.components).toBe((2 * own) / nx);
    expect(data.u.every((value, i) => value > 5 === Math.floor(i / own) % 2 > 0)).toBe(true);
    expect(data.u[own + 3]).toBe(rate.data[3]);
    expect(data.u[2 * own + 3]).toBe(u(shape).data[own + 3]);
    const again = read(readNpz(writeNpz(arraysOf(data, 2))));
    expect(again.u.every((value, i) => value === data.u[i])).toBe(true);
  });
  test("needs u_t, of u's shape, finite", () => {
    expect(() => read(good())).toThrow(/must hold u_t beside u/);
    expect(() => read(good().set("u_t", u([n, nt, 32])))).toThrow(/u_t has shape \[3, 20, 32\] but u's, \[3, 20, 40\]/);
    const bad = u([n, nt, nx]);
    bad.data[41] = NaN;
    expect(() => read(good().set("u_t", bad))).toThrow(/u_t\[0, 1, 1\] is NaN/);
  });
  test("ignores u_t where the equation is of first order", () => {
    expect(trajectoriesOf(good().set("u_t", u([n, nt, nx]))).components).toBe(1);
  });
});

describe("arrays that do not are refused in one line that names the place", () => {
  const nan = (name: string, at: number, value = NaN): Map<string, NumericArray> =>
    edited((a) => {
      a.get(name)!.data[at] = value;
    });
  test.each<[string, Map<string, NumericArray>, number | undefined, RegExp]>([
    ["no u", edited((a) => a.delete("u")), undefined, /u is missing; it holds "x", "t"/],
    ["no t", edited((a) => a.delete("t")), undefined, /t is missing; it holds "u", "x"/],
    ["neither x nor L", edited((a) => a.delete("x")), undefined, /has neither/],
    ["u with two axes", edited((a) => a.set("u", u([60, nx]))), undefined, /\[60, 40\] but \[n, nt, nx\]/],
    ["two trajectories", edited((a) => a.set("u", u([2, nt, nx]))), undefined, /n = 2 .* at least 3 trajectories/],
    ["19 outputs", edited((a) => a.set("u", u([n, 19, nx]))), undefined, /nt = 19 .* at least 20/],
    ["30 points", edited((a) => a.set("u", u([n, nt, 30]))), undefined, /nx = 30 .* at least 32/],
    ["34 = 2·17 points", edited((a) => a.set("u", u([n, nt, 34]))), undefined, /nx = 34 but an even/],
    ["45 points", edited((a) => a.set("u", u([n, nt, 45]))), undefined, /nx = 45 but an even/],
    ["no components", edited((a) => a.set("u", u([n, nt, 0, nx]))), undefined, /without any component/],
    ["axes swapped", edited((a) => a.set("u", u([n, nx, 32]))), undefined, /t has shape \[20\] but \[40\]/],
    [
      "x of another length",
      edited((a) =>
        a.set(
          "x",
          line(41, (i) => i),
        ),
      ),
      undefined,
      /x has shape \[41\] but \[40\]/,
    ],
    ["NaN in u", nan("u", 2 * nt * nx + 3 * nx + 5), undefined, /u\[2, 3, 5\] is NaN/],
    ["infinite u", nan("u", 1, -Infinity), undefined, /u\[0, 0, 1\] is -Infinity/],
    ["NaN in t", nan("t", 7), undefined, /t\[7\] is NaN/],
    ["NaN in x", nan("x", 7), undefined, /x\[7\] is NaN/],
    ["t that stands still", nan("t", 7, 1.5), undefined, /t\[7\] = 1.5 follows t\[6\] = 1.5/],
    ["a point off the grid", nan("x", 7, 2.9), undefined, /x\[7\] = 2.9 is not on the grid/],
    [
      "x that falls",
      edited((a) =>
        a.set(
          "x",
          line(nx, (i) => -i),
        ),
      ),
      undefined,
      /uniform and increasing/,
    ],
    [
      "x constant",
      edited((a) =>
        a.set(
          "x",
          line(nx, () => 1),
        ),
      ),
      undefined,
      /uniform and increasing/,
    ],
    [
      "the end point twice",
      edited((a) =>
        a
          .set(
            "x",
            line(nx, (i) => (i * L) / (nx - 1)),
          )
          .set("L", scalar(L)),
      ),
      undefined,
      /repeats the periodic end point/,
    ],
    ["another period than x's", good().set("L", scalar(5)), undefined, /but L = 5; check L/],
    ["another period than L's", good().set("L", scalar(L)), 12, /--length 12 disagrees/],
    ["L negative", good().set("L", scalar(-1)), undefined, /one positive number/],
    [
      "L a vector",
      good().set(
        "L",
        line(2, () => 1),
      ),
      undefined,
      /one positive number but has shape \[2\]/,
    ],
  ])("%s", (_, arrays, length, message) => {
    const refused = expect(() => trajectoriesOf(arrays, length));
    refused.toThrow(InputError);
    refused.toThrow(message);
  });
});
