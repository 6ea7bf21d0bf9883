import { describe, expect, test } from "@jest/globals";
import { type GridKernels, type GridShape, gridMargin, jetRows } from "../../src/engine/kernels.js";
import { gridOracle } from "../../src/engine/oracle/grid.js";
import { stream } from "../../src/engine/random.js";
import { type GridExports, gridSimd } from "../../src/engine/simd/grid.js";
import { type BuildName, build, distance, dot, ofBuilds } from "./build.js";

const simd = (name: BuildName): GridKernels => {
  const { arena, wasm } = build<GridExports>(name);
  return gridSimd(arena, wasm);
};

const BUILDS = ofBuilds(simd);
const ENGINES = [["oracle", gridOracle] as const, ...BUILDS];

const noise = (name: string, count: number): Float64Array => {
  const { normal } = stream(1, name);
  return Float64Array.from({ length: count }, normal);
};

/** Unit cells with coordinates off by a tenth, random u: a rough grid on which no cell folds. */
function rough(grid: GridShape): Float64Array {
  const width = 2 + grid.components;
  const points = noise(`rough ${JSON.stringify(grid)}`, grid.nt * grid.nx * width);
  for (let j = 0; j < grid.nt; j++)
    for (let i = 0; i < grid.nx; i++) {
      const at = (j * grid.nx + i) * width;
      points[at] = i + 0.1 * points[at]!;
      points[at + 1] = j + 0.1 * points[at + 1]!;
    }
  return points;
}

function jet(kernels: GridKernels, grid: GridShape, points: Float64Array): Float64Array {
  const out = new Float64Array(jetRows(grid) * grid.nt * grid.nx).fill(Number.NaN);
  kernels.gridJet(grid, points, out);
  return out;
}

function gradient(kernels: GridKernels, grid: GridShape, points: Float64Array, cotangent: Float64Array): Float64Array {
  const out = new Float64Array(points.length);
  kernels.gridJetPullback(grid, points, cotangent, out);
  return out;
}

const SHAPES = [1, 2, 3, 4].flatMap((order) =>
  ([3, 4] as const).flatMap((halfWidth) =>
    [true, false].map((periodic) => ({ order, halfWidth, periodic, components: order === 2 ? 2 : 1 })),
  ),
);

type Case = (typeof SHAPES)[number];
const shape = ({ order, halfWidth, periodic, components }: Case, nt: number, nx: number): GridShape => ({
  nt,
  nx,
  components,
  order,
  halfWidth,
  period: periodic ? nx : 0, // of `rough`, whose cells are 1 wide
});

describe("grid kernels in SIMD, every build", () => {
  test.each(SHAPES)(
    "give the oracle's jets and gradients on every size: %j",
    (which) => {
      const margin = which.order * which.halfWidth;
      const sizes = [margin + 1, 2 * margin + 1, 2 * margin + 2, 2 * margin + 3];
      for (const nt of sizes)
        for (const nx of which.periodic ? [1, 2, 3, 5, 8, 33, 64] : [...sizes, 41, 64]) {
          const grid = shape(which, nt, nx);
          const points = rough(grid);
          const cotangent = noise("cotangent", jetRows(grid) * nt * nx);
          const values = jet(gridOracle, grid, points);
          const slopes = gradient(gridOracle, grid, points, cotangent);
          for (const [, kernels] of BUILDS) {
            // 1e-12: the conformance bound of f64 kernels; forms differ only in the order of roundings
            expect(distance(jet(kernels, grid, points), values)).toBeLessThan(1e-12);
            expect(distance(gradient(kernels, grid, points, cotangent), slopes)).toBeLessThan(1e-12);
          }
        }
    },
    900_000,
  );
});

describe.each(ENGINES)("grid kernels, %s", (name, kernels) => {
  test.each(SHAPES)(
    "the adjoint is the derivative, entry by entry and along any direction: %j",
    (which) => {
      const margin = which.order * which.halfWidth;
      const grid = shape(which, 2 * margin + 2, which.periodic ? 11 : 2 * margin + 3);
      const points = rough(grid);
      const cotangent = noise("cotangent", jetRows(grid) * grid.nt * grid.nx);
      const g = gradient(kernels, grid, points, cotangent);
      const top = g.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const value = (h: number, direction: Float64Array): number =>
        dot(
          cotangent,
          jet(
            gridOracle,
            grid,
            points.map((p, i) => p + h * direction[i]!),
          ),
        );
      // fourth-order central difference: at h = 1e-3 of a cell truncation and rounding both lie near 1e-10 of the slope
      const slope = (direction: Float64Array, h = 1e-3): number =>
        (8 * (value(h, direction) - value(-h, direction)) - (value(2 * h, direction) - value(-2 * h, direction))) /
        (12 * h);
      const { integer } = stream(2, "entries");
      for (let trial = 0; trial < (name === "oracle" ? 24 : 6); trial++) {
        const at = integer(0, points.length);
        const unit = new Float64Array(points.length);
        unit[at] = 1;
        expect(Math.abs(g[at]! - slope(unit)) / top).toBeLessThan(1e-7);
      }
      const direction = noise("direction", points.length);
      const size = Math.sqrt(dot(g, g) * dot(direction, direction));
      expect(Math.abs(dot(g, direction) - slope(direction, 1e-4)) / size).toBeLessThan(1e-9);
    },
    900_000,
  );

  test("the gradient is added to what is there, and cotangents nearer to an open end than the margin do not count", () => {
    const grid = shape({ order: 3, halfWidth: 3, periodic: false, components: 1 }, 20, 21);
    const points = rough(grid);
    const size = grid.nt * grid.nx;
    const inside = noise("inside", jetRows(grid) * size).map((c, at) => {
      const j = Math.floor((at % size) / grid.nx);
      const i = at % grid.nx;
      return j >= 9 && j < 11 && i >= 9 && i < 12 ? c : 0;
    });
    const everywhere = inside.map((c) => (c === 0 ? 7 : c));
    const sum = new Float64Array(points.length).fill(2);
    kernels.gridJetPullback(grid, points, everywhere, sum);
    const g = gradient(kernels, grid, points, inside);
    expect(
      distance(
        sum,
        g.map((x) => x + 2),
      ),
    ).toBeLessThan(1e-15);
    expect(g.some((x) => x !== 0)).toBe(true);
    const values = jet(kernels, grid, points);
    expect(values.every((v, at) => (v !== 0) === (inside[at] !== 0))).toBe(true);
  });

  /** Worst errors of u_t, u_x, … for u = sin(x) cos(2t) on the grid that a map of a uniform one gives. */
  function errors(
    halfWidth: 3 | 4,
    nx: number,
    periodic: boolean,
    map: (x: number, t: number) => readonly [number, number],
  ): number[] {
    const order = 3;
    const ends = periodic ? 0 : gridMargin({ order, halfWidth } as GridShape);
    const h = (2 * Math.PI) / nx;
    const columns = periodic ? nx : nx / 2 + 2 * ends;
    const rows = 6 + 2 * order * halfWidth;
    const grid: GridShape = {
      nt: rows,
      nx: columns,
      components: 1,
      period: periodic ? 2 * Math.PI : 0,
      order,
      halfWidth,
    };
    const points = new Float64Array(rows * columns * 3);
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) {
        const [x, t] = map((i - ends) * h, 0.3 + (j - rows / 2) * h);
        points.set([x, t, Math.sin(x) * Math.cos(2 * t)], 3 * (j * columns + i));
      }
    const out = jet(kernels, grid, points);
    const worst = [0, 0, 0, 0];
    const margin = gridMargin(grid);
    for (let j = margin; j < rows - margin; j++)
      for (let i = ends; i < columns - ends; i++) {
        const at = j * columns + i;
        const [x, t] = [points[3 * at]!, points[3 * at + 1]!];
        const c = Math.cos(2 * t);
        const exact = [-2 * Math.sin(x) * Math.sin(2 * t), Math.cos(x) * c, -Math.sin(x) * c, -Math.cos(x) * c];
        exact.forEach((e, k) => {
          worst[k] = Math.max(worst[k]!, Math.abs(out[(2 + k) * rows * columns + at]! - e));
        });
      }
    return worst;
  }

  const MAPS = {
    undeformed: (x: number, t: number) => [x, t] as const,
    deformed: (x: number, t: number) =>
      [x + 0.25 * Math.sin(x + t), t + 0.15 * Math.cos(x) + 0.2 * Math.sin(2 * t)] as const,
  };

  test.each(
    ([3, 4] as const).flatMap((halfWidth) =>
      (["undeformed", "deformed"] as const).flatMap((map) =>
        [true, false].map((periodic) => ({ halfWidth, map, periodic })),
      ),
    ),
  )("derivatives converge to the exact ones at the stencil's order: %j", ({ halfWidth, map, periodic }) => {
    const [coarse, fine] = (map === "undeformed" ? [24, 48] : [96, 160]) as [number, number];
    const a = errors(halfWidth, coarse, periodic, MAPS[map]);
    const b = errors(halfWidth, fine, periodic, MAPS[map]);
    a.forEach((error, k) => {
      const order = Math.log(error / b[k]!) / Math.log(fine / coarse);
      // the error's next term is still felt: orders measured lie within 0.11
      expect(Math.abs(order - 2 * halfWidth)).toBeLessThan(0.15);
    });
  });

  test("turning a periodic grid by some columns turns the jet", () => {
    const grid = shape({ order: 2, halfWidth: 3, periodic: true, components: 2 }, 15, 10);
    const points = rough(grid);
    const turned = points.slice();
    const size = grid.nt * grid.nx;
    const from = (cell: number): number => cell - (cell % 10) + ((cell + 3) % 10);
    for (let cell = 0; cell < size; cell++)
      for (let c = 0; c < 4; c++)
        turned[4 * cell + c] = points[4 * from(cell) + c]! + (c === 0 && from(cell) < cell ? 10 : 0);
    const a = jet(kernels, grid, points);
    const b = jet(kernels, grid, turned);
    const back = a.map((_, at) => a[at - (at % size) + from(at % size)]!);
    expect(distance(b, back)).toBeLessThan(1e-13); // x differs by a period, so its differences round differently
  });

  test("u_t and u_x do not feel a reflection or a shear of the grid", () => {
    const grid = shape({ order: 1, halfWidth: 4, periodic: false, components: 1 }, 10, 10);
    for (const [xi, xj, ti, tj] of [
      [-1, 0, 0, 2],
      [1, 3, 0, 1],
      [0.2, 1, -1, 0.5],
    ] as const) {
      const points = new Float64Array(300);
      for (let cell = 0; cell < 100; cell++) {
        const [i, j] = [cell % 10, Math.floor(cell / 10)];
        const [x, t] = [xi * i + xj * j, ti * i + tj * j];
        points.set([x, t, 5 * x - 7 * t], 3 * cell);
      }
      const out = jet(kernels, grid, points);
      for (const at of [44, 45, 54, 55]) {
        expect(out[at]).toBeCloseTo(xi * tj - xj * ti, 12);
        expect(out[200 + at]).toBeCloseTo(-7, 10);
        expect(out[300 + at]).toBeCloseTo(5, 10);
      }
    }
  });

  test("cells folded onto a point give finite numbers and leave gradients elsewhere alone", () => {
    const grid = shape({ order: 3, halfWidth: 3, periodic: false, components: 1 }, 40, 24);
    const points = rough(grid);
    const folded = points.slice();
    for (let j = 30; j < 40; j++)
      for (let i = 0; i < 24; i++) folded.set([11, 35, points[3 * (24 * j + i) + 2]!], 3 * (24 * j + i));
    const values = jet(kernels, grid, folded);
    expect(values.every(Number.isFinite)).toBe(true);
    // rows up to 20 reach at most row 29
    const cotangent = noise("cotangent", values.length).map((c, at) => (at % 960 < 21 * 24 ? c : 0));
    const g = gradient(kernels, grid, folded, cotangent);
    // the folded cells change the mean cell, and with it the softening, by parts of 1e-18
    expect(distance(g, gradient(gridOracle, grid, points, cotangent))).toBeLessThan(1e-12);
    expect(g.subarray(30 * 24 * 3).every((x) => x === 0)).toBe(true);
  });

  test("a grid collapsed to a point gives finite numbers", () => {
    const grid = shape({ order: 4, halfWidth: 3, periodic: false, components: 1 }, 25, 25);
    const points = new Float64Array(25 * 25 * 3);
    const values = jet(kernels, grid, points);
    expect(values.every((v) => v === 0)).toBe(true);
    expect(gradient(kernels, grid, points, new Float64Array(values.length)).every((x) => x === 0)).toBe(true);
  });

  test.each([
    [{ nt: 0 }, /nt, nx and components/],
    [{ order: 5 }, /order must be/],
    [{ halfWidth: 2 as 3 }, /halfWidth must be/],
    [{ period: Number.NaN }, /period must be/],
    [{ nx: 9 }, /pass \[8, 9, 3\]/],
  ])("a grid with %j is refused by name", (change, message) => {
    const grid = { nt: 8, nx: 8, components: 1, period: 0, order: 1, halfWidth: 3, ...change } as GridShape;
    expect(() => kernels.gridJet(grid, new Float64Array(192), new Float64Array(256))).toThrow(message);
    expect(() =>
      kernels.gridJetPullback(
        { ...grid, ...change },
        new Float64Array(192),
        new Float64Array(256),
        new Float64Array(192),
      ),
    ).toThrow(message);
  });

  test("a jet of the wrong size is refused", () => {
    const grid = shape({ order: 1, halfWidth: 3, periodic: false, components: 1 }, 8, 8);
    expect(() => kernels.gridJet(grid, new Float64Array(192), new Float64Array(255))).toThrow(/pass \[4, 8, 8\]/);
  });

  describe("residual", () => {
    test("is Σ m |u_t − Σ terms| beside its terms' sizes and the cells counted", () => {
      const ut = Float64Array.of(1, -2, 3);
      const terms = Float64Array.of(1, 1, -1, 2, -3, 0);
      expect(kernels.residual(ut, terms, Float64Array.of(1, 1, 1))).toEqual([2 + 0 + 4, 4 + 6 + 4, 3]);
      expect(kernels.residual(ut, terms, Float64Array.of(0, 0.5, 1))).toEqual([4, 7, 1.5]);
      expect(kernels.residual(ut, new Float64Array(0), Float64Array.of(1, 0, 1))).toEqual([4, 4, 2]);
    });

    test.each([0, 1, 2, 3, 4, 65])("agrees with the oracle, and its adjoint with differences, at %i places", (n) => {
      const ut = noise("ut", n);
      const terms = noise("terms", 3 * n);
      const mask = noise("mask", n).map((x) => (x > 0 ? 1 + x : 0));
      expect(distance(kernels.residual(ut, terms, mask), gridOracle.residual(ut, terms, mask))).toBeLessThan(1e-14);
      const [a, b] = [0.7, -0.3];
      const utBar = new Float64Array(n).fill(Number.NaN);
      const termsBar = new Float64Array(3 * n).fill(Number.NaN);
      kernels.residualPullback(ut, terms, mask, a, b, utBar, termsBar);
      const loss = (): number => {
        const [residual, scale] = gridOracle.residual(ut, terms, mask);
        return a * residual + b * scale;
      };
      for (const [array, bar] of [
        [ut, utBar],
        [terms, termsBar],
      ] as const)
        array.forEach((kept, i) => {
          const h = 1e-6; // piecewise linear, and no kink lies this near: only rounding, 1e-14 · n / h
          array[i] = kept + h;
          const up = loss();
          array[i] = kept - h;
          const down = loss();
          array[i] = kept;
          expect(Math.abs((up - down) / (2 * h) - bar[i]!)).toBeLessThan(1e-7);
        });
    });

    test("what stands in masked places does not matter, not even NaN", () => {
      const ut = Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY, 2, Number.NaN);
      const terms = Float64Array.of(3, 1, Number.NaN, 1, Number.POSITIVE_INFINITY);
      const mask = Float64Array.of(1, 0, 0, 1, 0);
      expect(kernels.residual(ut, terms, mask)).toEqual([3, 7, 2]);
      const bars = [new Float64Array(5), new Float64Array(5)] as const;
      kernels.residualPullback(ut, terms, mask, 1, 10, ...bars);
      expect(bars[0].map((x) => x + 0)).toEqual(Float64Array.of(9, 0, 0, 11, 0)); // + 0: no matter of which sign
      expect(bars[1].map((x) => x + 0)).toEqual(Float64Array.of(11, 0, 0, 9, 0));
    });

    test("has slope zero where the residual or a term vanishes", () => {
      const bars = [new Float64Array(2), new Float64Array(2)] as const;
      kernels.residualPullback(Float64Array.of(2, 0), Float64Array.of(2, 0), Float64Array.of(1, 1), 1, 0.5, ...bars);
      expect([...bars[0], ...bars[1]].map((x) => x + 0)).toEqual([0.5, 0, 0.5, 0]);
    });

    test("arrays that do not fit are refused", () => {
      const f = (n: number): Float64Array => new Float64Array(n);
      expect(() => kernels.residual(f(3), f(4), f(3))).toThrow(/pass terms \[count, 3\]/);
      expect(() => kernels.residual(f(3), f(6), f(2))).toThrow(/mask 2/);
    });
  });
});
