import { describe, expect, test } from "@jest/globals";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/data/safetensors.js";
import { InputError } from "../../src/engine/error.js";
import type { Axis } from "../../src/engine/kernels.js";
import { controlLength } from "../../src/engine/shape.js";
import { parse } from "../../src/expression/parse.js";
import { text } from "../../src/expression/print.js";
import { decodeFieldFile, encodeFieldFile, type FieldFile } from "../../src/field/fieldfile.js";
import { exact, names as known } from "../expression/arbitrary.js";
import { fc } from "../property.js";

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((x, i) => Object.is(x, b[i]));

const axes: Axis[] = [
  { kind: "periodic", lo: 0, hi: 1, knots: 5 },
  { kind: "open", lo: -0.6, hi: 1.6, knots: 6 },
  { kind: "open", lo: -1, hi: 2, knots: 4 },
];
const chart = {
  names: ["x", "t", "u"],
  offset: Float64Array.of(0, 44.176_706_827_309_24, 5.9e-19),
  scale: Float64Array.of(128, 55.8, 1 / 3),
};
const file: FieldFile = {
  version: "0.2.0",
  task: "kdv",
  chart,
  verdicts: ["accepted", "rejected"],
  splines: {
    shape: { axes, width: 3 },
    control: Float64Array.from({ length: 2 * 5 * 6 * 4 * 3 }, (_, i) => Math.sin(i) / 7),
  },
  formulas: [[parse("t"), parse("0"), parse("1")]],
};
const good = encodeFieldFile(file);

/** The good file with entries of its metadata or its tensors replaced, the checksum kept right; null removes. */
function changed(metadata: Readonly<Record<string, string | null>>, tensors?: [string, Tensor][]): Uint8Array {
  const { tensors: own, metadata: strings } = readSafetensors(good);
  const entries = new Map([...strings].filter(([key]) => key !== "checksum"));
  for (const [key, value] of Object.entries(metadata)) {
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
  return writeSafetensors(tensors ?? own, entries);
}

function refusal(bytes: Uint8Array): string {
  try {
    decodeFieldFile(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("what is written reads back", () => {
  test("bit for bit: control points, chart and verdicts; formulas as the same expressions", () => {
    const back = decodeFieldFile(good);
    expect({ ...back, splines: null, formulas: null }).toEqual({ ...file, splines: null, formulas: null });
    expect(back.splines!.shape).toEqual(file.splines!.shape);
    expect(same(back.splines!.control, file.splines!.control)).toBe(true);
    expect(back.formulas.map((f) => f.map(text))).toEqual([["t", "0", "1"]]);
  });
  test("F32 halves the control points' room and rounds them once", () => {
    const small = encodeFieldFile(file, "F32");
    const control = decodeFieldFile(small).splines!.control;
    expect(same(control, file.splines!.control.map(Math.fround))).toBe(true);
    expect(good.length - small.length).toBe(4 * control.length);
  });
  test("formulas alone, as a library's generators are, without any tensor", () => {
    const back = decodeFieldFile(encodeFieldFile({ ...file, splines: null, verdicts: ["undecided"] }));
    expect([back.splines, back.formulas.length]).toEqual([null, 1]);
  });
  test("any shape, numbers and names", () => {
    const axis = fc
      .tuple(fc.boolean(), fc.integer({ min: 4, max: 6 }), fc.double({ min: 0.1, max: 9, noNaN: true }))
      .map(([periodic, knots, hi]): Axis => ({ kind: periodic ? "periodic" : "open", lo: -hi / 3, hi, knots }));
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        fc.array(axis, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 3 }),
        value,
        (all, K, seed) => {
          const shape = { axes: all, width: all.length };
          const control = Float64Array.from({ length: K * controlLength(shape) }, (_, i) => seed / (i + 1));
          const names = ["a", "b2", "c_"].slice(0, all.length);
          const one = { names, offset: new Float64Array(all.length), scale: new Float64Array(all.length).fill(1) };
          const verdicts = new Array<"approximate">(K).fill("approximate");
          const back = decodeFieldFile(
            encodeFieldFile({ ...file, chart: one, verdicts, splines: { shape, control }, formulas: [] }),
          );
          expect(back.splines!.shape).toEqual(shape);
          expect(same(back.splines!.control, control)).toBe(true);
          expect(back.chart).toEqual(one);
        },
      ),
      { numRuns: 50 },
    );
  });
  test("any formula, as the expression it was", () => {
    fc.assert(
      fc.property(exact, (e) => {
        const one = { names: known, offset: new Float64Array(5), scale: new Float64Array(5).fill(1) };
        const formulas = [known.map(() => e)];
        const back = decodeFieldFile(
          encodeFieldFile({ ...file, chart: one, splines: null, verdicts: ["rejected"], formulas }),
        );
        expect(back.formulas[0]!.every((f) => f.key === e.key)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe("what does not fit together is refused in one line", () => {
  const tensor = (over: Partial<Tensor>): [string, Tensor][] => [
    ["control", { dtype: "F64", shape: [2, 5, 6, 4, 3], data: file.splines!.control, ...over }],
  ];
  test.each<[string, Uint8Array, RegExp]>([
    ["another format", changed({ format: "pt" }), /format "liefield generators 1" is expected but "pt" came/],
    ["no format", changed({ format: null }), /none is named/],
    ["no chart", changed({ scale: null }), /scale is missing/],
    ["a scale of 0", changed({ scale: "[1,0,1]" }), /scale must be a list of positive numbers/],
    ["an offset that is no number", changed({ offset: '[1,"0",1]' }), /offset must be a list of finite numbers/],
    ["an infinite offset", changed({ offset: "[1,1e999,1]" }), /offset must be a list of finite numbers/],
    ["a chart of another width", changed({ offset: "[1]", scale: "[1]" }), /one number for each of 3 coordinates/],
    ["what is not JSON", changed({ offset: "[1," }), /offset is not JSON/],
    ["no list", changed({ offset: '{"length":3}' }), /offset must be a list/],
    ["a coordinate from Object.prototype", changed({ coordinates: '["x","t","__proto__"]' }), /list of distinct names/],
    ["a coordinate named as a function", changed({ coordinates: '["x","t","exp"]' }), /list of distinct names/],
    ["a coordinate twice", changed({ coordinates: '["x","t","x"]' }), /distinct names/],
    ["no coordinate", changed({ coordinates: "[]" }), /1 to 32 distinct names/],
    [
      "a verdict of its own",
      changed({ verdicts: '["accepted","perfect"]' }),
      /list of accepted, approximate, rejected/,
    ],
    ["a verdict too few", changed({ verdicts: '["accepted"]' }), /shape \[2, 5, 6, 4, 3\] but \[1, 5, 6, 4, 3\]/],
    ["a formula too short", changed({ formulas: '[["1","0"]]' }), /formula 1 has 2 components but 3/],
    [
      "a formula of another coordinate",
      changed({ formulas: '[["y","0","1"]]' }),
      /formula 1 cannot be read .*unknown name y/,
    ],
    ["a formula that is code", changed({ formulas: '[["constructor(1)","0","1"]]' }), /formula 1 cannot be read/],
    ["a formula that blows up", changed({ formulas: `[["${"(".repeat(3000)}","0","1"]]` }), /nested more than 64 deep/],
    ["formulas that are no lists", changed({ formulas: '["1"]' }), /formulas must be a list of lists of texts/],
    ["no axes", changed({ axes: null }), /axes is missing/],
    ["an axis too few", changed({ axes: JSON.stringify(axes.slice(1)) }), /axes must be 3/],
    ["an axis that is null", changed({ axes: "[null,null,null]" }), /axes must be a list of axes/],
    [
      "an axis of another kind",
      changed({ axes: JSON.stringify([{ ...axes[0], kind: "round" }, axes[1], axes[2]]) }),
      /list of axes/,
    ],
    [
      "an axis from right to left",
      changed({ axes: JSON.stringify([{ ...axes[0], hi: -1 }, axes[1], axes[2]]) }),
      /lo < hi/,
    ],
    [
      "half a knot",
      changed({ axes: JSON.stringify([{ ...axes[0], knots: 4.5 }, axes[1], axes[2]]) }),
      /knots, not 4.5/,
    ],
    [
      "control points of another shape",
      changed({}, tensor({ shape: [2, 6, 5, 4, 3] })),
      /\[2, 6, 5, 4, 3\] but \[2, 5, 6, 4, 3\]/,
    ],
    [
      "control points that are not finite",
      changed({}, tensor({ data: file.splines!.control.map((c, i) => (i === 7 ? NaN : c)) })),
      /holds NaN at flat index 7/,
    ],
    [
      "another tensor beside",
      changed({}, [...tensor({}), ["more", { dtype: "F64", shape: [0], data: new Float64Array(0) }]]),
      /must be "control" alone/,
    ],
    ["formulas alone, but two verdicts", changed({}, []), /verdicts must be 1, one for each formula/],
  ])("%s", (_, bytes, message) => {
    expect(refusal(bytes)).toMatch(message);
  });
  test("no checksum, though the format asks for none", () => {
    const header = JSON.parse(
      new TextDecoder().decode(good.subarray(8, 8 + new DataView(good.buffer).getUint32(0, true))),
    );
    delete header.__metadata__.checksum;
    const json = new TextEncoder().encode(JSON.stringify(header));
    const numbers = good.subarray(8 + new DataView(good.buffer).getUint32(0, true));
    const bytes = new Uint8Array(8 + json.length + numbers.length);
    new DataView(bytes.buffer).setUint32(0, json.length, true);
    bytes.set(json, 8);
    bytes.set(numbers, 8 + json.length);
    expect(refusal(bytes)).toMatch(/checksum is missing/);
  });
  test("a flipped bit anywhere in the control points", () => {
    const start = 8 + new DataView(good.buffer).getUint32(0, true);
    for (let i = start; i < good.length; i += 97) {
      const bad = good.slice();
      bad[i]! ^= 1;
      expect(refusal(bad)).toMatch(/checksum/);
    }
  });
  test("a coordinate or a formula that would not read back is refused when writing", () => {
    expect(() => encodeFieldFile({ ...file, chart: { ...chart, names: ["x", "t", "ü"] } })).toThrow(InputError);
    const long = parse(Array.from({ length: 300 }, (_, i) => `${i + 2}*x^${i + 2}`).join("+"));
    expect(() => encodeFieldFile({ ...file, formulas: [[long, long, long]] })).not.toThrow();
  });
});
