import { describe, expect, test } from "@jest/globals";
import { Checksum, crc32, joinedChecksum } from "../../src/data/checksum.js";
import { type NumericArray, readNpz } from "../../src/data/npz.js";
import { NpzStream } from "../../src/data/npzstream.js";
import type { FileSink } from "../../src/engine/adapter.js";

/** A file in memory. */
function sink(): FileSink & { bytes(): Uint8Array } {
  let all = new Uint8Array(0);
  return {
    bytes: () => all,
    async write(bytes) {
      const longer = new Uint8Array(all.length + bytes.length);
      longer.set(all);
      longer.set(bytes, all.length);
      all = longer;
    },
    async overwrite(at, bytes) {
      all.set(bytes, at);
    },
    commit: async () => {},
    discard: async () => {},
  };
}

describe("an .npz written row by row", () => {
  test.each([1, 2, 37])("reads back with %i rows, whose number was not known before", async (rows) => {
    const file = sink();
    const npz = new NpzStream(file, "u", [3, 5]);
    const all = Float64Array.from({ length: rows * 15 }, (_, i) => Math.sin(i));
    for (let r = 0; r < rows; r++) await npz.append(all.subarray(15 * r, 15 * (r + 1)));
    await npz.finish([
      ["t", { shape: [3], data: Float64Array.of(1, 2, 3) }],
      ["L", { shape: [], data: Float64Array.of(Number.NaN) }],
    ]);
    const read = readNpz(file.bytes());
    expect([...read.keys()]).toEqual(["u", "t", "L"]);
    expect(read.get("u")!.shape).toEqual([rows, 3, 5]);
    expect(read.get("u")!.data.every((value, i) => value === all[i])).toBe(true);
    expect([...read.get("t")!.data]).toEqual([1, 2, 3]);
    expect(read.get("L")!.data[0]).toBeNaN();
  });
  test("is refused above ZIP's 4 GiB, the arrays that end it counted, before any of these is written", async () => {
    let length = 0;
    const nowhere: FileSink = {
      write: async (bytes) => void (length += bytes.length),
      overwrite: async () => {},
      commit: async () => {},
      discard: async () => {},
    };
    const npz = new NpzStream(nowhere, "u", [0]);
    await npz.append(new Float64Array(0));
    (npz as unknown as { at: number }).at = 2 ** 32 - 10_000; // as if so much had been written
    const before = length;
    const others = (count: number): [string, NumericArray][] => [
      ["t", { shape: [count], data: new Float64Array(count) }],
    ];
    await expect(npz.finish(others(1200))).rejects.toThrow("more than 4 GiB");
    expect(length).toBe(before);
    await npz.finish(others(500));
  });
  test("writes nothing before its first row", () => {
    const file = sink();
    new NpzStream(file, "u", [3]);
    expect(file.bytes().length).toBe(0);
  });
});

test("checksums of pieces join to that of the whole", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251);
  const whole = crc32(bytes);
  for (const at of [0, 1, 7, 500, 999, 1000]) {
    const [a, b] = [bytes.subarray(0, at), bytes.subarray(at)];
    expect(joinedChecksum(crc32(a), crc32(b), b.length)).toBe(whole);
    const sum = new Checksum();
    sum.add(a);
    sum.add(b);
    expect(sum.value).toBe(whole);
  }
});
