/** The part of space in which fields are drawn: where the data are. */
import { type Chart, physical } from "../../src/data/chart.js";
import type { Frame } from "../../src/report/slices.js";

const SPREAD = 0.6; // normalised: two deviations about the mean

/** A period or extent of each of x, y and t; the components of u about their means. */
export function regionOf(chart: Chart): Frame {
  const { names } = chart;
  const own = names.map((name) => !["x", "y", "t"].includes(name));
  const place = (bound: (own: boolean) => number): Float64Array => physical(chart, Float64Array.from(own, bound));
  return {
    names,
    lo: place((component) => (component ? -SPREAD : 0)),
    hi: place((component) => (component ? SPREAD : 1)),
    at: place((component) => (component ? 0 : 0.5)),
    unit: chart.scale,
  };
}
