import { describe, expect, test } from "@jest/globals";
import { lowPassCut } from "../../src/data/cut.js";
import type { Grid } from "../../src/data/grid.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";

const NX = 256;
const COUNT = 12;

/** Snapshots with amplitudes e^{−m/decay} of mode m, random phases, and white noise of `noise` deviations. */
function snapshots(name: string, decay: number, noise: number, mean = 0): Float64Array {
  const { uniform, normal } = stream(4, name);
  const rows = new Float64Array(COUNT * NX);
  for (let row = 0; row < COUNT; row++)
    for (let m = 1; m < NX / 2 && decay > 0; m++) {
      const [size, phase] = [Math.exp(-m / decay), 2 * Math.PI * uniform()];
      for (let i = 0; i < NX; i++) rows[row * NX + i]! += size * Math.cos((2 * Math.PI * m * i) / NX + phase);
    }
  const deviation = Math.sqrt(rows.reduce((sum, u) => sum + u * u, 0) / rows.length) || 1;
  return rows.map((u) => mean + u + noise * deviation * normal());
}
const grid: Grid = { nx: NX, length: 10 };
const cut = (rows: Float64Array) => lowPassCut(fourierOracle, rows, grid);

/** The mode at which e^{−m/decay} equals a level relative to mode 1. */
const crossing = (decay: number, level: number): number => 1 - decay * Math.log(level);

describe("the cut of snapshots", () => {
  test("of a clean spectrum is where it falls below 1e-7 of the largest mode, whatever the mean", () => {
    for (const mean of [0, 1e3]) {
      const { mode, reason } = cut(snapshots("clean", 3, 0, mean));
      expect(Math.abs(mode - crossing(3, 1e-7))).toBeLessThanOrEqual(1);
      expect(reason).toContain("below 1e-7");
    }
  });

  test("of a clean and full spectrum is a third of the points", () => {
    const { mode, floor, reason } = cut(snapshots("full", 20, 0));
    expect([mode, floor, reason.slice(0, 8)]).toEqual([85, 0, "a third "]);
  });

  test.each([0.01, 0.05, 0.2])(
    "with noise of %d deviations is where its power reaches a few tens of the noise's",
    (noise) => {
      const rows = snapshots("noisy", 5, noise);
      const { mode, floor, reason } = cut(rows);
      const deviation = Math.sqrt(
        Array.from({ length: 200 }, (_, m) => Math.exp((-2 * (m + 1)) / 5) / 2).reduce((a, b) => a + b),
      );
      const own = (noise * deviation) / (Math.exp(-1 / 5) / 2) / Math.sqrt(NX); // of a noise mode relative to mode 1, both as |û|
      expect(Math.abs(Math.log(floor / own))).toBeLessThan(0.2); // a median of 43 means of 12
      const level = Math.sqrt(20) * own;
      expect(Math.abs(mode - crossing(5, level))).toBeLessThanOrEqual(3); // modes fluctuate by the noise
      expect(reason).toContain("drown in noise");
    },
  );

  test("falls as noise rises", () => {
    const modes = [0, 0.01, 0.05, 0.2].map((noise) => cut(snapshots("rising", 5, noise)).mode);
    expect(modes).toEqual([...modes].sort((a, b) => b - a));
    expect(new Set(modes).size).toBe(4);
  });

  test("of white noise alone keeps the fewest modes, and says that none stands out", () => {
    for (const seed of ["a", "b", "c", "d", "e", "f"])
      expect(cut(snapshots(seed, 0, 1))).toMatchObject({ mode: 4, reason: expect.stringContaining("no mode") });
  });

  test("of one slow wave under no noise keeps the fewest modes", () => {
    const rows = Float64Array.from({ length: NX }, (_, i) => Math.sin((2 * Math.PI * i) / NX));
    expect(cut(rows)).toMatchObject({ mode: 4, reason: expect.stringContaining("only 1 stand out") });
  });

  test("in the plane is the same along both axes, by the larger of both numbers", () => {
    const plane: Grid = { nx: 48, length: 3, ny: 32, lengthY: 2 };
    const { normal } = stream(5, "plane");
    const wave = (noise: number): Float64Array =>
      Float64Array.from({ length: 48 * 32 }, (_, i) => {
        const [x, y] = [Math.floor(i / 32) / 48, (i % 32) / 32];
        return Math.sin(2 * Math.PI * (2 * x - 6 * y)) + Math.cos(2 * Math.PI * 5 * x) + noise * normal();
      });
    expect(lowPassCut(fourierOracle, wave(0), plane).mode).toBe(6);
    expect(lowPassCut(fourierOracle, wave(0.1), plane).mode).toBe(6);
    const fast = Float64Array.from({ length: 48 * 32 }, (_, i) => Math.sin((2 * Math.PI * 15 * (i % 32)) / 32));
    expect(lowPassCut(fourierOracle, fast, plane).mode).toBe(10); // a third of 32
  });

  test("of what does not vary, or is not finite, is refused", () => {
    expect(() => cut(new Float64Array(NX).fill(3))).toThrow(/vary in space/);
    expect(() => cut(new Float64Array(NX).fill(Number.NaN))).toThrow(/finite data/);
  });
});
