import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/data/safetensors.js";
import { InputError } from "../../src/engine/error.js";
import { fc } from "../property.js";
import { hasPackage, python } from "./python.js";

const hasSafetensors = hasPackage("safetensors");

const f64 = (shape: readonly number[], data: Iterable<number>): Tensor => ({
  dtype: "F64",
  shape,
  data: Float64Array.from(data),
});
const utf8 = (s: string): Uint8Array => new TextEncoder().encode(s);
const bitsOf = (data: Float64Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A file with any header and any numbers. */
function file(header: string | Uint8Array, numbers: Uint8Array = new Uint8Array(0), declared?: bigint): Uint8Array {
  const text = typeof header === "string" ? utf8(header) : header;
  const bytes = new Uint8Array(8 + text.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(numbers, 8 + text.length);
  return bytes;
}
const one = (entry: unknown, bytes = 8): Uint8Array => file(JSON.stringify({ a: entry }), new Uint8Array(bytes));

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).not.toContain("\n");
    expect((error as Error).message.length).toBeLessThan(400);
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

describe("reading what the format's own library wrote (test/fixtures/tensors.py)", () => {
  const { tensors, metadata } = readSafetensors(readFileSync("test/fixtures/tensors.safetensors"));
  const a = Array.from({ length: 24 }, (_, i) => i / 7);
  test("F64 comes through bit for bit, F32 is widened", () => {
    expect(tensors.get("f8")).toEqual(f64([2, 3, 4], a));
    expect(tensors.get("f4")).toEqual({ ...f64([2, 3, 4], a.map(Math.fround)), dtype: "F32" });
  });
  test("scalars have shape [], empty tensors no values, special values stay", () => {
    expect(tensors.get("scalar")).toEqual(f64([], [128]));
    expect(tensors.get("empty")).toEqual(f64([0, 3], []));
    expect([...tensors.get("special")!.data]).toEqual([NaN, Infinity, -Infinity, -0, 5e-324]);
  });
  test("metadata are strings in UTF-8", () => {
    expect([...metadata].sort()).toEqual([
      ["made by", "safetensors"],
      ["é", "∂u"],
    ]);
  });
});

describe("writing", () => {
  const written = writeSafetensors(
    [
      ["b", { ...f64([3], [1, 2, 3]), dtype: "F32" }],
      ["z", f64([2], [4, 5])],
      ["a", f64([], [6])],
    ],
    [["key", "∂x"]],
  );
  test("keeps the published rules: header length, a JSON object, numbers without gaps, wide ones first and aligned", () => {
    const length = Number(new DataView(written.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const text = new TextDecoder().decode(written.subarray(8, 8 + length));
    expect(text).toMatch(/^\{.*\} *$/);
    expect(JSON.parse(text)).toEqual({
      __metadata__: { key: "∂x", checksum: expect.stringMatching(/^crc32:[0-9a-f]{8}$/) },
      a: { dtype: "F64", shape: [], data_offsets: [0, 8] },
      z: { dtype: "F64", shape: [2], data_offsets: [8, 24] },
      b: { dtype: "F32", shape: [3], data_offsets: [24, 36] },
    });
    expect(written.length).toBe(8 + length + 36);
    expect(new DataView(written.buffer).getFloat64(8 + length, true)).toBe(6);
  });
  test("what is written reads back bit for bit, whatever the shapes and names", () => {
    const tensor = fc
      .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.constantFrom("F64" as const, "F32" as const), fc.double())
      .map(([shape, dtype, seed]): Tensor => {
        const data = Float64Array.from({ length: shape.reduce((p, n) => p * n, 1) }, (_, i) => seed * (i + 1));
        return { dtype, shape, data: dtype === "F32" ? data.map(Math.fround) : data };
      });
    const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");
    const strings = fc.uniqueArray(
      fc.tuple(
        fc.string().filter((k) => k !== "checksum"),
        fc.string(),
      ),
      {
        selector: ([key]) => key,
      },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(names, tensor), { selector: ([n]) => n, maxLength: 5 }),
        strings,
        (all, meta) => {
          const back = readSafetensors(writeSafetensors(all, meta));
          expect(back.tensors.size).toBe(all.length);
          for (const [name, { dtype, shape, data }] of all) {
            const found = back.tensors.get(name)!;
            expect([found.dtype, found.shape]).toEqual([dtype, shape]);
            expect(bitsOf(found.data)).toEqual(bitsOf(data));
          }
          for (const [key, text] of meta) expect(back.metadata.get(key)).toBe(text);
        },
      ),
    );
  });
  test("names from Object.prototype are names like any other", () => {
    const back = readSafetensors(writeSafetensors([["__proto__", f64([1], [7])]], [["__proto__", "shape"]]));
    expect([...back.tensors.keys()]).toEqual(["__proto__"]);
    expect(back.metadata.get("__proto__")).toBe("shape");
    expect(({} as { shape?: unknown }).shape).toBeUndefined();
  });
  test("refuses a shape that its numbers do not fill, and names that are taken", () => {
    expect(refusal(() => writeSafetensors([["a", f64([2], [1])]], []))).toMatch(/shape \[2\] but 1 numbers/);
    expect(refusal(() => writeSafetensors([["__metadata__", f64([1], [1])]], []))).toMatch(/name is taken/);
    expect(
      refusal(() =>
        writeSafetensors(
          [
            ["a", f64([1], [1])],
            ["a", f64([1], [1])],
          ],
          [],
        ),
      ),
    ).toMatch(/name is taken/);
  });
  (hasSafetensors ? test : test.skip)(
    "the format's own library reads it (skipped where Python has no safetensors)",
    () => {
      const directory = mkdtempSync(join(tmpdir(), "liefield-safetensors-"));
      try {
        writeFileSync(join(directory, "a"), written);
        const script =
          "import safetensors, sys\nfor n, t in sorted(safetensors.deserialize(open(sys.argv[1], 'rb').read())): print(n, t['dtype'], t['shape'], bytes(t['data']).hex())";
        const hex = (values: number[], Real: typeof Float64Array | typeof Float32Array): string =>
          Buffer.from(Real.from(values).buffer).toString("hex");
        expect(python(script, join(directory, "a")).trim().split("\n")).toEqual([
          `a F64 [] ${hex([6], Float64Array)}`,
          `b F32 [3] ${hex([1, 2, 3], Float32Array)}`,
          `z F64 [2] ${hex([4, 5], Float64Array)}`,
        ]);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});

describe("malformed files are refused in one line that says what came", () => {
  const entry = { dtype: "F64", shape: [1], data_offsets: [0, 8] };
  test.each<[string, Uint8Array, RegExp]>([
    ["no header length", utf8("short"), /5 bytes but at least 8/],
    [
      "a header above every limit",
      file("{}", undefined, 2n ** 64n - 1n),
      /18446744073709551615 bytes, above the limit/,
    ],
    ["a header beyond the file", file("{}", undefined, 100n), /ends within its header, after 10 bytes of 108/],
    ["a header that is no object", file("[]"), /does not begin with "\{"/],
    ["a header with space before it", file(" {}"), /does not begin with "\{"/],
    ["a header that is no JSON", file("{a:1}"), /not JSON/],
    ["a header that is no UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not JSON in UTF-8/],
    [
      "two tensors of a name",
      file(`{"a":${JSON.stringify(entry)},"a":${JSON.stringify(entry)}}`, new Uint8Array(8)),
      /"a" twice/,
    ],
    [
      "two names that escapes hide",
      file(`{"a":${JSON.stringify(entry)},"\\u0061":{}}`, new Uint8Array(8)),
      /"a" twice/,
    ],
    ["a key twice within a tensor", file('{"a":{"dtype":"F64","dtype":"F32"}}'), /"dtype" twice/],
    ["metadata that are no object", file('{"__metadata__":[]}'), /__metadata__ is no object/],
    ["metadata that are no strings", file('{"__metadata__":{"a":1}}'), /"a", which is no string/],
    ["an entry that is no object", one(3), /no object with dtype/],
    ["an entry that is null", one(null), /no object with dtype/],
    ["another type", one({ ...entry, dtype: "BF16" }), /dtype "BF16" but F64 or F32/],
    ["a type from Object.prototype", one({ ...entry, dtype: "constructor" }), /dtype "constructor"/],
    ["no type", one({ shape: [1], data_offsets: [0, 8] }), /dtype none/],
    ["a shape that is no list", one({ ...entry, shape: 1 }), /no shape of whole numbers/],
    ["a negative length", one({ ...entry, shape: [-1] }), /no shape of whole numbers/],
    ["half a length", one({ ...entry, shape: [0.5] }), /no shape of whole numbers/],
    ["too many axes", one({ ...entry, shape: new Array(33).fill(1) }), /no shape of whole numbers/],
    ["no offsets", one({ dtype: "F64", shape: [1] }), /no data_offsets/],
    ["three offsets", one({ ...entry, data_offsets: [0, 8, 8] }), /no data_offsets/],
    ["offsets backwards", one({ ...entry, data_offsets: [8, 0] }), /bytes 8 to 0/],
    ["offsets beyond the numbers", one({ ...entry, shape: [2], data_offsets: [0, 16] }), /bytes 0 to 16 of 8/],
    ["a shape beside the offsets", one({ ...entry, shape: [2] }), /needs 16 bytes but has 8/],
    [
      "a product above every integer",
      one({ ...entry, shape: [2 ** 52, 2 ** 52, 2 ** 52] }),
      /needs .* bytes but has 8/,
    ],
    [
      "a product that wraps in 64 bits",
      one({ ...entry, shape: [2 ** 32, 2 ** 29, 8], data_offsets: [0, 0] }, 0),
      /needs/,
    ],
    ["numbers that no tensor has", one(entry, 16), /end at byte 8 but 16/],
    ["a gap", one({ ...entry, data_offsets: [8, 16] }, 16), /begins at byte 8 but 0 is expected/],
    [
      "an overlap",
      file(JSON.stringify({ a: entry, b: entry }), new Uint8Array(8)),
      /begins at byte 0 but 8 is expected/,
    ],
    [
      "a checksum that is not the numbers'",
      file(JSON.stringify({ __metadata__: { checksum: "crc32:00000000" }, a: entry }), new Uint8Array(8)),
      /checksum is crc32:6522df69 but "crc32:00000000"/,
    ],
    ["a name of a megabyte", file(JSON.stringify({ ["n".repeat(1e6)]: 3 })), /no object with dtype/],
  ])("%s", (_, bytes, message) => {
    expect(refusal(() => readSafetensors(bytes))).toMatch(message);
  });
  test("a file above the limit, and a header above its own, before they are looked at", () => {
    expect(refusal(() => readSafetensors(new Uint8Array(100), 99))).toMatch(/100 bytes, above the limit of 99/);
    expect(refusal(() => readSafetensors(file("{".repeat(2 ** 20 + 1))))).toMatch(/above the limit of 1048576/);
  });
  test("every cut of a good file, and every flipped byte that changes a number", () => {
    const good = writeSafetensors([["a", f64([64], new Float64Array(64).fill(1))]], [["k", "v"]]);
    for (let length = 0; length < good.length; length++) refusal(() => readSafetensors(good.subarray(0, length)));
    for (let i = 0; i < good.length; i++) {
      const bad = good.slice();
      bad[i]! ^= 0x55;
      try {
        const [tensor] = readSafetensors(bad).tensors.values();
        expect(tensor!.data.every((v) => v === 1)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
  });
});

test("any header at all is read or refused, never anything else", () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 8, 16, 2 ** 53));
  const entry = fc.record(
    {
      dtype: fc.oneof(fc.constantFrom("F64", "F32", "__proto__"), fc.string()),
      shape: fc.oneof(fc.array(number, { maxLength: 4 }), fc.jsonValue()),
      data_offsets: fc.oneof(fc.tuple(number, number), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const key = fc.oneof(fc.constantFrom("a", "b", "__proto__", "__metadata__", "constructor"), fc.string());
  const header = fc.oneof(
    fc.array(fc.tuple(key, fc.oneof(entry, fc.jsonValue()))).map((all) => JSON.stringify(Object.fromEntries(all))),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 32 }), (text, numbers) => {
      try {
        readSafetensors(file(text, numbers));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 2000 },
  );
});
