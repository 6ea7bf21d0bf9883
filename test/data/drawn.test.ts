import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { zipSync } from "fflate";
import { browserAdapter } from "../../src/adapter/browser/adapter.js";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { openArrays } from "../../src/data/arrayfile.js";
import { type Drawing, drawnTrajectories } from "../../src/data/drawn.js";
import { type NumericArray, writeNpy, writeNpz } from "../../src/data/npz.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import type { Adapter } from "../../src/engine/adapter.js";
import { peak } from "./peak.js";
import { hasPackage, python } from "./python.js";

const hasNumpy = hasPackage("numpy");
const place = mkdtempSync(join(tmpdir(), "liefield-drawn-"));
afterAll(() => rmSync(place, { recursive: true }));
const at = (name: string): string => join(place, name);

const [n, nt, nx] = [100, 20, 32];
const row = nt * nx;
/** Every number says where it lies. */
const u: NumericArray = { shape: [n, nt, nx], data: Float64Array.from({ length: n * row }, (_, i) => i) };
const t: NumericArray = { shape: [nt], data: Float64Array.from({ length: nt }, (_, j) => j / 2) };
const L: NumericArray = { shape: [], data: Float64Array.of(5) };
const all: [string, NumericArray][] = [["u", u], ["t", t], ["L", L]]; // biome-ignore format: one row

beforeAll(() => {
  writeFileSync(at("stored.npz"), writeNpz(all));
  const members = Object.fromEntries(all.map(([name, array]) => [`${name}.npy`, writeNpy(array)]));
  writeFileSync(at("packed.npz"), zipSync(members, { level: 6 }));
  writeFileSync(at("u.npy"), writeNpy(u));
  writeFileSync(at("u.t.npy"), writeNpy(t));
  writeFileSync(at("u.L.npy"), writeNpy(L));
});

async function drawn(name: string, how: Drawing, adapter: Adapter = nodeAdapter()): Promise<Trajectories> {
  const file = await openArrays(adapter, at(name));
  try {
    return await drawnTrajectories(file.arrays, how);
  } finally {
    await file.close();
  }
}
const firsts = (data: Trajectories): number[] => Array.from({ length: data.n }, (_, k) => data.u[k * row]! / row);

describe("trajectories of a file", () => {
  test.each(["stored.npz", "packed.npz", "u.npy"])("%s: all, where there is room", async (name) => {
    const data = await drawn(name, {});
    expect([data.n, data.drawnFrom, data.length, data.t[19]]).toEqual([n, undefined, 5, 9.5]);
    expect(data.u.every((value, i) => value === i)).toBe(true);
  });
  test.each(["stored.npz", "packed.npz", "u.npy"])(
    "%s: evenly spread ones, whole, where there is less",
    async (name) => {
      const data = await drawn(name, { held: 7 * row * 8 });
      expect([data.n, data.drawnFrom]).toEqual([7, n]);
      expect(firsts(data)).toEqual([7, 21, 35, 50, 64, 78, 92]);
      expect(data.u.every((value, i) => value === firsts(data)[Math.floor(i / row)]! * row + (i % row))).toBe(true);
    },
  );
  test("are read alike in a page", async () => {
    const files = new Map([[at("packed.npz"), new Blob([readFileSync(at("packed.npz"))])]]);
    const data = await drawn("packed.npz", { held: 7 * row * 8 }, browserAdapter({ files }));
    expect(firsts(data)).toEqual([7, 21, 35, 50, 64, 78, 92]);
  });
  test("too long for the least that is needed are refused, with what to do", async () => {
    await expect(drawn("u.npy", { held: 2 * row * 8 })).rejects.toThrow(
      /5120 bytes a trajectory, of which 3 must be held.*split them in time/,
    );
  });
  test("that hold a number that is not finite are refused, though they would not be drawn", async () => {
    const bad = u.data.slice();
    bad[3 * row + nx + 4] = Number.NaN;
    writeFileSync(at("bad.npz"), writeNpz([["u", { shape: u.shape, data: bad }], ...all.slice(1)]));
    await expect(drawn("bad.npz", { held: 7 * row * 8 })).rejects.toThrow("u[3, 1, 4] is NaN");
    await expect(drawn("bad.npz", {})).rejects.toThrow("u[3, 1, 4] is NaN");
  });
  test("in a damaged archive are refused by its checksum", async () => {
    const bytes = readFileSync(at("stored.npz"));
    bytes[100_000]! ^= 1;
    writeFileSync(at("damaged.npz"), bytes);
    await expect(drawn("damaged.npz", { held: 7 * row * 8 })).rejects.toThrow(/"u\.npy" does not match its checksum/);
  });
  (hasNumpy ? test : test.skip)(
    "as NumPy writes an archive above 2 GiB, by ZIP64 (skipped without NumPy)",
    async () => {
      python(
        "import sys, zipfile, numpy as np\nzipfile.ZIP64_LIMIT = 1000\nd = np.load(sys.argv[1])\nnp.savez(sys.argv[2], **d)",
        at("stored.npz"),
        at("long.npz"),
      );
      expect(readFileSync(at("long.npz")).includes("PK\x06\x06", 0, "latin1")).toBe(true);
      const data = await drawn("long.npz", { held: 7 * row * 8 });
      expect(firsts(data)).toEqual([7, 21, 35, 50, 64, 78, 92]);
    },
  );
});

test("160 MB of trajectories are simulated without being held", () => {
  const common = ["simulate", "heat", "--outputs", "400", "--workers", "1"];
  const few = peak(place, ...common, "--trajectories", "10", "--out", "few.npz");
  const many = peak(place, ...common, "--trajectories", "200", "--out", "many.npz");
  expect(many.said).toContain("u [200, 400, 256]");
  expect(many.mib - few.mib).toBeLessThan(80); // of 148 MiB more; the rest of the half is what V8 had not collected yet
});
