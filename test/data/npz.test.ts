import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { type NumericArray, readNpy, readNpz, writeNpy, writeNpz } from "../../src/data/npz.js";
import { InputError } from "../../src/engine/error.js";
import { fc } from "../property.js";
import { hasPackage, python } from "./python.js";

const hasNumpy = hasPackage("numpy");

const array = (shape: number[], data: Iterable<number>): NumericArray => ({ shape, data: Float64Array.from(data) });
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
/** An .npy file with any header and body. */
function npy(header: string, body: Uint8Array = new Uint8Array(), version = 1): Uint8Array {
  const bytes = new Uint8Array([0x93, ...text("NUMPY"), version, 0, header.length & 255, header.length >> 8]);
  return Uint8Array.from([...bytes, ...text(header), ...body]);
}
const header = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("reading what NumPy wrote (test/fixtures/arrays.py)", () => {
  const arrays = readNpz(readFileSync("test/fixtures/arrays.npz"));
  const a = Array.from({ length: 24 }, (_, i) => i / 7);

  test("float64 in C order comes through bit for bit", () => {
    expect(arrays.get("f8")).toEqual(array([2, 3, 4], a));
  });
  test("Fortran order is permuted to C order", () => {
    expect(arrays.get("fortran")).toEqual(array([2, 3, 4], a));
  });
  test("float32 is widened, not rounded again", () => {
    expect(arrays.get("f4")).toEqual(array([2, 3, 4], a.map(Math.fround)));
  });
  test("int32 and int64 become float64, exact to 2^53", () => {
    expect(arrays.get("i4")).toEqual(array([2, 2], [-1, 2, 3, -(2 ** 31)]));
    expect(arrays.get("i8")).toEqual(array([2], [2 ** 53, -5]));
  });
  test("scalars have shape [], empty arrays no values, special values stay", () => {
    expect(arrays.get("scalar")).toEqual(array([], [128]));
    expect(arrays.get("empty")).toEqual(array([0, 3], []));
    const special = arrays.get("special")!.data;
    expect([...special]).toEqual([NaN, Infinity, -Infinity, -0, 5e-324]);
  });
});

describe("writing", () => {
  test("what is written reads back bit for bit, whatever the shape", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 4 }), fc.double(), (shape, seed) => {
        const size = shape.reduce((p, n) => p * n, 1);
        const written = array(
          shape,
          Array.from({ length: size }, (_, i) => seed * (i + 1)),
        );
        const back = readNpz(writeNpz([["a", written]])).get("a")!;
        expect(back.shape).toEqual(shape);
        expect(new Uint8Array(back.data.buffer)).toEqual(new Uint8Array(written.data.buffer));
      }),
    );
  });
  test("the same arrays give the same bytes at any time of day", () => {
    const write = (): Uint8Array => writeNpz([["u", array([2], [1, 2])]]);
    const first = write();
    const now = Date.now;
    Date.now = () => now() + 86_400_000;
    try {
      expect(write()).toEqual(first);
    } finally {
      Date.now = now;
    }
  });
  test("a name from Object.prototype is a name like any other", () => {
    const arrays = readNpz(writeNpz([["__proto__", array([1], [7])]]));
    expect([...arrays.keys()]).toEqual(["__proto__"]);
    expect(({} as { shape?: unknown }).shape).toBeUndefined();
  });
  test("a shape that disagrees with the data is refused", () => {
    expect(refusal(() => writeNpy(array([2, 2], [1, 2, 3])))).toMatch(/\[2, 2\] needs 4 values but 3 came/);
  });
  (hasNumpy ? test : test.skip)("NumPy reads it and finds the same values (skipped without NumPy)", () => {
    const directory = mkdtempSync(join(tmpdir(), "liefield-npz-"));
    try {
      const path = join(directory, "a.npz");
      writeFileSync(
        path,
        writeNpz([
          ["u", array([2, 3], [0.1, NaN, -0, 1e300, 5e-324, 2])],
          ["L", array([], [128])],
          ["t", array([3], [0, 1, 2])],
        ]),
      );
      const out = python(
        "import numpy as np, sys\nd = np.load(sys.argv[1])\nfor k in d.files: print(k, d[k].shape, d[k].dtype, d[k].tobytes().hex())",
        path,
      );
      expect(out.trim().split("\n")).toEqual([
        `u (2, 3) float64 ${hex([0.1, NaN, -0, 1e300, 5e-324, 2])}`,
        `L () float64 ${hex([128])}`,
        `t (3,) float64 ${hex([0, 1, 2])}`,
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
  const hex = (values: number[]): string => Buffer.from(Float64Array.from(values).buffer).toString("hex");
});

describe("malformed arrays are refused in one line that says what came", () => {
  const f8 = new Uint8Array(8);
  test.each<[string, Uint8Array, RegExp]>([
    ["not .npy", text("hello, world, this is text"), /does not begin as one/],
    ["a future version", npy(header("'<f8'", "(1,)"), f8, 9), /version 1 to 3 but is version 9/],
    ["cut short in the header", npy(header("'<f8'", "(1,)"), f8).slice(0, 40), /ends within its header/],
    ["cut short in the data", npy(header("'<f8'", "(2,)"), f8), /should hold 16 bytes .* but holds 8/],
    ["data too many", npy(header("'<f8'", "()"), new Uint8Array(16)), /should hold 8 bytes .* but holds 16/],
    ["big-endian", npy(header("'>f8'", "(1,)"), f8), /big-endian \('>f8'\).*astype\('<f8'\)/],
    ["pickled objects", npy(header("'|O'", "(1,)"), f8), /pickled Python objects/],
    ["complex", npy(header("'<c16'", "(1,)"), f8), /'<c16' but '<f2'/],
    ["a name from Object.prototype as type", npy(header("'<constructor'", "(1,)"), f8), /type '<constructor'/],
    ["a type of control characters", npy(header("'<\n\u0000'", "(1,)"), f8), /type "'<\\n\\u0000'" but/],
    ["records", npy(header("[('a', '<f8')]", "(1,)"), f8), /type record/],
    ["no shape", npy("{'descr': '<f8', 'fortran_order': False, }\n", f8), /one 'shape' is expected, 0/],
    ["two shapes", npy(`${header("'<f8'", "(1,)")}'shape': (1,)`, f8), /one 'shape' is expected, 2/],
    ["a negative length", npy(header("'<f8'", "(-1,)"), f8), /one 'shape' is expected, 0/],
    ["a product above the limit", npy(header("'<f8'", "(65536, 65536, 65536)"), f8), /above the limit/],
    ["a product above every integer", npy(header("'<f8'", `(${"9".repeat(400)},)`), f8), /above the limit/],
    ["an inexact int64", npy(header("'<i8'", "(1,)"), Uint8Array.of(1, 0, 0, 0, 0, 0, 32, 0)), /exactly/],
  ])("%s", (_, bytes, message) => {
    expect(refusal(() => readNpy(bytes))).toMatch(message);
  });
});

describe("malformed archives are refused in one line that says what came", () => {
  const one = writeNpy(array([1], [1]));
  const zip = (members: Record<string, Uint8Array>): Uint8Array => zipSync(members, { level: 6 });
  const good = zip({ "u.npy": writeNpy(array([512], new Float64Array(512).fill(1))) });

  test("every cut of a good archive", () => {
    for (let length = 0; length < good.length; length++) refusal(() => readNpz(good.subarray(0, length)));
  });
  test("every flipped byte either changes nothing that is read or is refused", () => {
    for (let i = 0; i < good.length; i++) {
      const bad = good.slice();
      bad[i]! ^= 0x55;
      try {
        for (const { data } of readNpz(bad).values()) expect(data.every((v) => v === 1)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
  });
  test.each<[string, Uint8Array, RegExp]>([
    ["no archive", text("u"), /ZIP.*end record is missing/],
    ["a path upwards", zip({ "../u.npy": one }), /"\.\.\/u\.npy", which is a path/],
    ["an absolute path", zip({ "/etc/u.npy": one }), /which is a path/],
    ["a Windows path", zip({ "a\\u.npy": one }), /which is a path/],
    ["a name with a line break", zip({ "a\nu.npy": one }), /"a\\nu\.npy", which is a path/],
    ["a member that is no array", zip({ "notes.txt": text("hello") }), /only \.npy arrays/],
  ])("%s", (_, bytes, message) => {
    expect(refusal(() => readNpz(bytes))).toMatch(message);
  });
  test("a name that comes twice", () => {
    const twice = zip({ "u.npy": one, "v.npy": one });
    for (let i = 0; i < twice.length; i++) if (twice[i] === 0x76 && twice[i + 1] === 0x2e) twice[i] = 0x75; // "v." → "u."
    expect(refusal(() => readNpz(twice))).toMatch(/"u\.npy" twice/);
  });
  test("a member above the limit is refused before it is inflated", () => {
    const bomb = zip({ "u.npy": new Uint8Array(2 ** 22) });
    bomb.fill(0xff, 40, 60); // its data no longer inflate, which reading would find first
    expect(refusal(() => readNpz(bomb))).toMatch(/damaged/);
    expect(refusal(() => readNpz(bomb, 2 ** 20))).toMatch(/unpacks to 4194304 bytes, above the limit of 1048576/);
  });
});
