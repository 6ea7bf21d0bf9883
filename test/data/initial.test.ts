import { describe, expect, test } from "@jest/globals";
import { type Grid, transformOf } from "../../src/data/grid.js";
import { initialData, initialStates } from "../../src/data/initial.js";
import { spectraOf } from "../../src/data/spectral.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";
import { equationFromText } from "../../src/equation/text.js";

const SETTINGS = { sines: 10, lowest: 2, above: 4 };

describe("initial data", () => {
  test("the same seed gives the same rows, and the first rows do not depend on how many follow", () => {
    const many = initialData(stream(5, "initial"), SETTINGS, 6, 64);
    expect(initialData(stream(5, "initial"), SETTINGS, 2, 64)).toEqual(many.slice(0, 128));
    expect(initialData(stream(6, "initial"), SETTINGS, 2, 64)).not.toEqual(many.slice(0, 128));
  });

  test("only the frequencies asked for occur, and each of them does", () => {
    const spectra = spectraOf(fourierOracle, initialData(stream(5, "initial"), SETTINGS, 1, 64), 64);
    for (let mode = 0; mode <= 32; mode++) {
      const size = Math.hypot(spectra[2 * mode]!, spectra[2 * mode + 1]!) / 32;
      if (mode === 2 || mode === 3) expect(size).toBeGreaterThan(0.01);
      else expect(size).toBeLessThan(1e-14); // rounding of ten sines
    }
  });

  test("a sine's amplitude is uniform in [−½, ½): the mean square of a row is sines/24", () => {
    const rows = initialData(stream(5, "initial"), SETTINGS, 2000, 16);
    const mean = rows.reduce((sum, u) => sum + u * u, 0) / rows.length;
    // about 4 independent numbers a row, so the mean of 2000 rows has a relative deviation near 2 %
    expect(mean / (10 / 24)).toBeGreaterThan(0.92);
    expect(mean / (10 / 24)).toBeLessThan(1.08);
  });
});

describe("band-limited initial states", () => {
  const wave = equationFromText("pde", "u_tt = u_xx + u_yy");
  const line = equationFromText("pde", "u_t = u_xx");
  const grid: Grid = { nx: 16, length: 3, ny: 12, lengthY: 2 };
  const settings = { kind: "fourier", modes: 3, amplitude: 0.7 } as const;

  test("are the same from the same seed, and the first do not depend on how many follow", () => {
    const many = initialStates(stream(5, "initial"), settings, 4, wave, grid);
    const two = initialStates(stream(5, "initial"), settings, 2, wave, grid);
    expect(two).toHaveLength(2 * 2 * 192);
    expect(two.every((value, i) => value === many[i])).toBe(true);
    expect(initialStates(stream(6, "initial"), settings, 1, wave, grid)[0]).not.toBe(many[0]);
  });

  test("hold every mode up to the highest in both directions, either way, and no other", () => {
    const transform = transformOf(fourierOracle, grid);
    const states = initialStates(stream(5, "initial"), settings, 1, wave, grid);
    const spectra = new Float64Array(2 * 2 * transform.modes);
    transform.forward(states, spectra);
    transform.numbers.forEach(({ m, n }, i) => {
      const size = Math.hypot(spectra[2 * i]!, spectra[2 * i + 1]!) / 192;
      const held = Math.max(Math.abs(m), n) <= 3 && (m !== 0 || n !== 0);
      if (held) expect(size).toBeGreaterThan(1e-3);
      else expect(size).toBeLessThan(1e-15); // rounding
    });
  });

  test("have the deviation asked for on average, and a mean that u_t has not", () => {
    const own = initialStates(stream(5, "initial"), { ...settings, mean: 2 }, 200, wave, grid);
    for (const [c, mean] of [2, 0].entries()) {
      const values = own.filter((_, i) => Math.floor(i / 192) % 2 === c);
      const average = values.reduce((sum, v) => sum + v, 0) / values.length;
      const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      expect(average).toBeCloseTo(mean, 12);
      expect(Math.abs(Math.sqrt(square) / 0.7 - 1)).toBeLessThan(0.03); // 48 numbers a state, 200 states
    }
  });

  test("on a finer grid are the same functions, to the last bit where points agree", () => {
    const settings = { kind: "fourier", modes: 5, amplitude: 1 } as const;
    const coarse = initialStates(stream(5, "initial"), settings, 2, line, { nx: 32, length: 1 });
    const fine = initialStates(stream(5, "initial"), settings, 2, line, { nx: 64, length: 1 });
    expect(coarse.every((value, i) => value === fine[2 * i])).toBe(true);
  });

  test("vary in x only where they are sums of sines", () => {
    const rows = initialStates(stream(5, "initial"), SETTINGS, 1, equationFromText("pde", "u_t = u_yy"), grid);
    expect(rows.every((value, i) => value === rows[12 * Math.floor(i / 12)])).toBe(true);
    const line = initialData(stream(5, "initial"), SETTINGS, 1, 16);
    expect(line.every((value, i) => value === rows[12 * i])).toBe(true);
  });
});
