import { describe, expect, test } from "@jest/globals";
import { initialData } from "../../src/data/initial.js";
import { spectraOf } from "../../src/data/spectral.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";

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
