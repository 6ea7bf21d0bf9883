/** Tested rows from values at places: what the factors, the functions of a library and the test functions are multiplied together to. */
import { type Grid, places as placesOf } from "../data/grid.js";
import type { ProductKernels } from "../engine/kernels.js";
import type { Equation } from "../equation/equation.js";
import type { RowBlock } from "./conditions.js";
import type { Factor } from "./determining.js";
import type { PlacedTest } from "./testfunctions.js";

export interface Tested {
  readonly equation: Equation;
  readonly grid: Grid;
  readonly factors: readonly Factor[];
  readonly values: readonly Float64Array[]; // of the factors, [count, places] each
  readonly functions: readonly (readonly Float64Array[])[]; // D_t^i of each function of the library at [i][f], likewise
  readonly placed: readonly PlacedTest[];
  readonly count: number; // states
  readonly scale: number; // of all rows
}

const MOST = 2 ** 18; // numbers in one factor of a product

/** Rows of both terms by state, test and component of the equation, in that order. */
export function testedRows(kernels: ProductKernels, of: Tested): RowBlock {
  const { equation, grid, factors, values, functions, placed, count, scale } = of;
  const coordinates = equation.space + 1 + equation.components.length;
  const F = functions[0]!.length;
  const members = F * coordinates;
  const rows = count * placed.length * equation.components.length;
  const out: RowBlock = { rows, a: new Float64Array(rows * members), b: new Float64Array(rows * members) };
  const groups = functions.map((_, order) => grouped(factors, order));
  const widest = Math.max(...groups.map((list) => list.length));
  const room = { weights: new Float64Array(0), local: new Float64Array(0), products: new Float64Array(0) };
  const take = (name: keyof typeof room, length: number): Float64Array => {
    if (room[name].length < length) room[name] = new Float64Array(length);
    return room[name].subarray(0, length);
  };
  const size = placesOf(grid);
  const columns = grid.ny ?? grid.nx;
  for (let b = 0; b < count; b++)
    for (const { first, tests, extent, corner } of runs(placed, widest)) {
      const from = b * size + corner[0] * columns + corner[1];
      const places = extent[0] * extent[1];
      groups.forEach((list, order) => {
        if (list.length === 0) return;
        const weights = take("weights", tests.length * list.length * places).fill(0);
        tests.forEach(({ test }, i) => {
          list.forEach(({ parts }, g) => {
            const at = (i * list.length + g) * places;
            for (const { test: beta, index } of parts)
              addProduct(test.derivative(beta), values[index]!, from, extent, columns, weights, at);
          });
        });
        const local = take("local", F * places);
        gather(functions[order]!, from, extent, columns, local);
        const products = take("products", tests.length * list.length * F);
        kernels.productTransposed(tests.length * list.length, F, places, weights, local, products);
        tests.forEach(({ test }, i) => {
          list.forEach(({ term, component, coordinate }, g) => {
            const row = (b * placed.length + first + i) * equation.components.length + component;
            const into = row * members + coordinate * F;
            const at = (i * list.length + g) * F;
            for (let f = 0; f < F; f++) out[term][into + f]! += scale * test.weight * products[at + f]!;
          });
        });
      });
    }
  return out;
}

/** Stretches of tests on the same places, so many that their weights fit one product. */
function* runs(placed: readonly PlacedTest[], groups: number) {
  for (let first = 0; first < placed.length; ) {
    const { test, corner } = placed[first]!;
    const most = Math.max(1, Math.floor(MOST / (groups * test.extent[0] * test.extent[1])));
    let end = first + 1;
    while (end < placed.length && end - first < most && placed[end]!.corner === corner) end++;
    yield { first, tests: placed.slice(first, end), extent: test.extent, corner };
    first = end;
  }
}

/** Factors of D_t^order p that go into the same row and coordinate: their derivatives of ψ, and where their values are. */
function grouped(factors: readonly Factor[], order: number) {
  type Group = Pick<Factor, "term" | "component" | "coordinate"> & { parts: { test: Factor["test"]; index: number }[] };
  const groups = new Map<string, Group>();
  factors.forEach(({ term, component, coordinate, order: own, test }, index) => {
    if (own !== order) return;
    const key = `${term} ${component} ${coordinate}`;
    const known = groups.get(key);
    if (known) known.parts.push({ test, index });
    else groups.set(key, { term, component, coordinate, parts: [{ test, index }] });
  });
  return [...groups.values()];
}

/** Adds ψ · values over an extent. */
function addProduct(
  psi: Float64Array,
  values: Float64Array,
  from: number,
  [height, width]: readonly [number, number],
  columns: number,
  into: Float64Array,
  at: number,
): void {
  for (let i = 0, w = 0; i < height; i++)
    for (let j = from + i * columns, end = j + width; j < end; j++, w++) into[at + w]! += psi[w]! * values[j]!;
}

/** The functions' values over an extent, [functions, places]. */
function gather(
  functions: readonly Float64Array[],
  from: number,
  [height, width]: readonly [number, number],
  columns: number,
  into: Float64Array,
): void {
  functions.forEach((values, f) => {
    for (let i = 0, at = from; i < height; i++, at += columns)
      into.set(values.subarray(at, at + width), (f * height + i) * width);
  });
}
