import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { openArrays, wholeArrays } from "../../src/data/arrayfile.js";
import { drawnTrajectories } from "../../src/data/drawn.js";
import { openHdf5 } from "../../src/data/hdf5.js";
import type { NumericArray } from "../../src/data/npy.js";
import { memorySource } from "../../src/data/source.js";
import { wholeOf } from "../../src/data/stored.js";
import { InputError } from "../../src/engine/error.js";
import { hasPackage, python } from "./python.js";

const hasH5py = hasPackage("h5py");

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/fixtures/hdf5/${name}.h5`));

async function read(bytes: Uint8Array): Promise<Map<string, NumericArray>> {
  const arrays = await openHdf5(memorySource(bytes));
  return wholeArrays({ arrays, close: async () => {} });
}

async function refusal(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => new Error("nothing was refused"),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).not.toContain("\n");
  return (error as Error).message;
}

/** The largest difference, infinite where lengths differ. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
    : Infinity;

describe("reading what h5py wrote (test/fixtures/hdf5.py)", () => {
  const a = Array.from({ length: 24 }, (_, i) => i / 7);

  test("the paper's layout becomes trajectories", async () => {
    const arrays = await openHdf5(memorySource(bytesOf("paper")));
    expect([...arrays.keys()].sort()).toEqual(["t", "u", "x"]);
    const { n, nt, nx, length, t, u } = await drawnTrajectories(arrays);
    expect([n, nt, nx, length]).toEqual([3, 20, 32, 8]);
    expect([t[0], t[19]]).toEqual([5 * (2 / 24), 2]); // as NumPy counts
    const expected = Float64Array.from({ length: u.length }, (_, i) => {
      const [trajectory, row, column] = [Math.floor(i / 640), Math.floor(i / 32) % 20, i % 32];
      return Math.sin(((column / 4) * Math.PI) / 4 + t[row]!) * (trajectory + 1);
    });
    expect(apart(u, expected)).toBeLessThan(1e-14); // NumPy's sine and V8's differ in the last bit, times 3
  });
  test("trajectories with grids of their own are refused by the numbers that differ", async () => {
    expect(await refusal(() => openHdf5(memorySource(bytesOf("owngrids"))))).toMatch(
      /t of trajectory 1 has 0\.458\d* where trajectory 0 has 0\.416\d*.*generate with fixed length/,
    );
  });
  test("every kind of number that is taken, contiguous, chunked or packed", async () => {
    const arrays = await read(bytesOf("arrays"));
    expect(arrays.has("inside")).toBe(false);
    expect(apart(arrays.get("f8")!.data, a)).toBe(0);
    expect(apart(arrays.get("f4")!.data, a.map(Math.fround))).toBe(0);
    expect(apart(arrays.get("f2")!.data, a)).toBeLessThan(2 ** -10); // half a last place of 11 bits, below 4
    expect([...arrays.get("i4")!.data]).toEqual([-1, 2, 3, -(2 ** 31)]);
    expect([...arrays.get("i8")!.data]).toEqual([2 ** 53, -5]);
    expect(arrays.get("scalar")).toEqual({ shape: [], data: Float64Array.of(128) });
    expect(arrays.get("empty")!.shape).toEqual([0, 3]);
    const seventy = Float64Array.from({ length: 70 }, (_, i) => i);
    expect(apart(arrays.get("chunked")!.data, seventy)).toBe(0);
    expect(apart(arrays.get("packed")!.data, seventy)).toBe(0);
  });
  test("files of libver='latest', but for their chunks", async () => {
    const arrays = await openHdf5(memorySource(bytesOf("latest")));
    expect([...arrays.keys()]).toEqual(["x"]); // the group train comes before what lies beside it
    expect([...(await wholeOf(arrays.get("x")!)).data]).toEqual([0, 1, 2]);
  });
  test("jsfive, a reader of other hands, finds the same", async () => {
    const { File } = (await import("jsfive" as string)) as {
      File: new (bytes: ArrayBuffer) => { get(path: string): { value: number[] } };
    };
    const theirs = new File(bytesOf("arrays").buffer as ArrayBuffer);
    for (const [name, { data }] of await read(bytesOf("arrays")))
      expect([name, apart(data, theirs.get(name).value)]).toEqual([name, 0]);
  });
  test.each([
    ["big", /array "u" is big-endian but little-endian is expected/],
    ["text", /array "u" .* is of class list/],
    ["unsigned", /but is uint32/],
    ["complex", /is of class compound/],
    ["lzf", /packed by lzf; save it with compression="gzip"/],
    ["latestchunks", /libver='latest'.*numpy\.savez/],
    ["dense", /members in a heap.*numpy\.savez/],
    ["unwritten", /array "u" holds no numbers; write it whole/],
  ])("%s is refused by name", async (name, message) => {
    expect(await refusal(() => read(bytesOf(name)))).toMatch(message);
  });
  test("chunks that were never written are missed where they are", async () => {
    const arrays = await openHdf5(memorySource(bytesOf("unwritten")));
    expect(await refusal(() => wholeOf(arrays.get("v")!))).toMatch(/array "v" holds no numbers at \[0, 2\]/);
  });
});

describe("hostile files", () => {
  const paper = bytesOf("paper");
  const find = (bytes: Uint8Array, text: string, from = 0): number => Buffer.from(bytes).indexOf(text, from, "latin1");
  const set64 = (bytes: Uint8Array, at: number, value: bigint): void =>
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(at, value, true);

  test("every cut is refused", async () => {
    for (let length = 0; length < paper.length; length += 37) await refusal(() => read(paper.slice(0, length)));
  });
  test("a group's tree that holds itself", async () => {
    const bad = paper.slice();
    const tree = find(bad, "TREE");
    bad[tree + 5] = 1; // an inner node, whose child it is
    set64(bad, tree + 32, BigInt(tree));
    expect(await refusal(() => read(bad))).toMatch(/tree (holds itself|is not where)/);
  });
  test("a group that holds itself is a group like any other", async () => {
    const bad = paper.slice();
    const member = find(bad, "SNOD") + 8 + 8; // where the root's first member lies
    set64(bad, member, new DataView(bad.buffer).getBigUint64(64, true));
    expect(await refusal(() => read(bad))).toMatch(/holds no arrays/);
  });
  test("dimensions beyond any memory", async () => {
    const bad = bytesOf("arrays");
    const view = new DataView(bad.buffer);
    let changed = 0;
    for (let i = 0; i + 24 < bad.length; i++)
      if ([2n, 3n, 4n].every((length, a) => view.getBigUint64(i + 8 * a, true) === length)) {
        set64(bad, i, 2n ** 40n);
        changed++;
      }
    expect(changed).toBeGreaterThan(2);
    expect(await refusal(() => read(bad))).toMatch(/is cut short|more values than|above the limit/);
  });
  test("chunks without end are counted before any is looked for", async () => {
    const bad = bytesOf("arrays");
    const view = new DataView(bad.buffer);
    for (let i = 0; i + 16 < bad.length; i++)
      if (view.getBigUint64(i, true) === 7n && view.getBigUint64(i + 8, true) === 10n) set64(bad, i, 2n ** 26n);
    const arrays = await openHdf5(memorySource(bad));
    expect(await refusal(() => wholeOf(arrays.get("chunked")!, 2 ** 40))).toMatch(/more than 1048576/);
  });
});

(hasH5py ? test : test.skip)("a file of today's h5py reads back (skipped without h5py)", async () => {
  const directory = mkdtempSync(join(tmpdir(), "liefield-hdf5-"));
  try {
    python("import sys, runpy; sys.argv = sys.argv[0:2]; runpy.run_path('test/fixtures/hdf5.py')", directory);
    const file = await openArrays(nodeAdapter(), join(directory, "paper.h5"));
    const { n, nt, nx, length } = await drawnTrajectories(file.arrays);
    await file.close();
    expect([n, nt, nx, length]).toEqual([3, 20, 32, 8]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
