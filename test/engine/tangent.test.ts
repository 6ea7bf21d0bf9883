import { describe, expect, test } from "@jest/globals";
import type { SnapshotBatch, TangentKernels } from "../../src/engine/kernels.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { tangentOracle } from "../../src/engine/oracle/tangent.js";
import { stream } from "../../src/engine/random.js";
import type { FourierExports } from "../../src/engine/simd/fourier.js";
import { type TangentExports, tangentSimd } from "../../src/engine/simd/tangent.js";
import { type BuildName, build, distance, ofBuilds } from "./build.js";

const simd = (name: BuildName): TangentKernels => {
  const { arena, wasm } = build<FourierExports & TangentExports>(name);
  return tangentSimd(arena, wasm);
};

const oracle = tangentOracle(fourierOracle);
const BUILDS = ofBuilds(simd);
const ENGINES = [["oracle", oracle] as const, ...BUILDS];

const noise = (name: string, count: number): Float64Array => {
  const { normal } = stream(1, name);
  return Float64Array.from({ length: count }, normal);
};

interface Fields {
  readonly value: Float64Array;
  readonly alongT: Float64Array;
  readonly alongU: Float64Array;
}

const rows = (kernels: TangentKernels, batch: SnapshotBatch, v: Fields): [number, number, number] =>
  kernels.tangentRows(batch, v.value, v.alongT, v.alongU);

function gradient(
  kernels: TangentKernels,
  batch: SnapshotBatch,
  v: Fields,
  weights: readonly [number, number, number],
): Fields {
  const into = (): Float64Array => new Float64Array(v.value.length).fill(Number.NaN);
  const g = { value: into(), alongT: into(), alongU: into() };
  kernels.tangentRowsPullback(batch, v.value, v.alongT, v.alongU, weights, g.value, g.alongT, g.alongU);
  return g;
}

/** Noise throughout; every mode tested that may be. */
function rough(
  count: number,
  nx: number,
  dim: number,
  orders: number[],
  modes = nx / 2,
): readonly [SnapshotBatch, Fields] {
  const many = count * nx * dim;
  const batch = {
    nx,
    dim,
    q: noise("q", many),
    r: noise("r", many),
    rate: noise("rate", count * nx),
    timeScale: 1.7,
    orders: Int32Array.from(orders),
    frechet: noise("frechet", count * orders.length * nx),
    wavenumber: 0.3,
    weight: noise("weight", modes).map(Math.abs),
  };
  return [batch, { value: noise("value", many), alongT: noise("alongT", many), alongU: noise("alongU", many) }];
}

const ORDERS = [[0, 1, 3], [], [2], [0], [4, 1], [0, 2, 4]];
const WEIGHTS = [0.7, -0.2, 1.3] as const;

describe("tangent rows in SIMD, every build", () => {
  test.each([16, 30, 64, 256])("agree with the oracle at nx = %i", (nx) => {
    for (const orders of ORDERS)
      for (const count of nx === 256 ? [1, 3] : [0, 1, 2, 3, 7])
        for (const dim of orders.length === 3 ? [1, 3, 4] : [3]) {
          const [batch, v] = rough(count, nx, dim, orders, dim === 4 ? 5 : nx / 2);
          const sums = rows(oracle, batch, v);
          const g = gradient(oracle, batch, v, WEIGHTS);
          for (const [, kernels] of BUILDS) {
            // 1e-12: the conformance bound of f64 kernels
            expect(distance(rows(kernels, batch, v), sums)).toBeLessThan(1e-12);
            const mine = gradient(kernels, batch, v, WEIGHTS);
            expect(distance(mine.value, g.value)).toBeLessThan(1e-12);
            expect(distance(mine.alongT, g.alongT)).toBeLessThan(1e-12);
            expect(distance(mine.alongU, g.alongU)).toBeLessThan(1e-12);
          }
        }
  });
});

/** A random smooth snapshot of modes up to `top` on a period of 2π: u, u_x, …, ∂x^6 u, exact. */
function snapshot(nx: number, top: number, name: string): Float64Array[] {
  const amplitudes = noise(name, 2 * (top + 1));
  return Array.from({ length: 7 }, (_, k) =>
    Float64Array.from({ length: nx }, (_, i) => {
      let sum = 0;
      for (let m = 0; m <= top; m++) {
        const phase = (2 * Math.PI * m * i) / nx + (k * Math.PI) / 2;
        sum += m ** k * (amplitudes[2 * m]! * Math.cos(phase) + amplitudes[2 * m + 1]! * Math.sin(phase)) * 2 ** -m;
      }
      return sum;
    }),
  );
}

/** KdV u_t = −u u_x − u_xxx on snapshots in physical coordinates; all derivatives by formula. */
function kdv(nx: number, count: number, weight: Float64Array): readonly [SnapshotBatch, Float64Array] {
  const q = new Float64Array(count * nx * 3);
  const r = new Float64Array(count * nx * 3);
  const rate = new Float64Array(count * nx);
  const frechet = new Float64Array(count * 3 * nx);
  const all = new Float64Array(count * nx);
  for (let b = 0; b < count; b++) {
    const jets = snapshot(nx, 6, `u ${b}`); // up to mode 18 in u_tt: no product aliases from nx = 38 on
    for (let i = 0; i < nx; i++) {
      const [u, u1, u2, u3, u4, , u6] = jets.map((row) => row[i]!) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const F = -u * u1 - u3;
      const F1 = -u1 * u1 - u * u2 - u4;
      const F3 = -(u * u4 + 4 * u1 * u3 + 3 * u2 * u2) - u6;
      q.set([-u1, -F, 1], 3 * (b * nx + i));
      r.set([-F1, F * u1 + u * F1 + F3, 0], 3 * (b * nx + i)); // −u_xt, −u_tt
      rate[b * nx + i] = F;
      all[b * nx + i] = u;
      [-u1, -u, -1].forEach((f, n) => {
        frechet[(3 * b + n) * nx + i] = f;
      });
    }
  }
  const orders = Int32Array.of(0, 1, 3);
  return [{ nx, dim: 3, q, r, rate, timeScale: 1, orders, frechet, wavenumber: 1, weight }, all];
}

/** (value, ∂v/∂t, ∂v/∂u) at each place of a batch. */
function field(
  u: Float64Array,
  at: (u: number, place: number) => readonly (readonly [number, number, number])[],
): Fields {
  const into = (): Float64Array => new Float64Array(3 * u.length);
  const v = { value: into(), alongT: into(), alongU: into() };
  u.forEach((here, place) => {
    const [value, alongT, alongU] = at(here, place);
    v.value.set(value!, 3 * place);
    v.alongT.set(alongT!, 3 * place);
    v.alongU.set(alongU!, 3 * place);
  });
  return v;
}

const ZERO = [0, 0, 0] as const;

describe.each(ENGINES)("tangent rows, %s", (_, kernels) => {
  const nx = 64;
  const weight = Float64Array.from({ length: nx / 4 }, (_, m) => 1 / (1 + (m / 2) ** 2));
  const [batch, u] = kdv(nx, 5, weight);
  const time = (place: number): number => 0.3 + Math.floor(place / nx); // each snapshot at its own t

  test.each([
    ["∂x", field(u, () => [[1, 0, 0], ZERO, ZERO])],
    ["∂t", field(u, () => [[0, 1, 0], ZERO, ZERO])],
    ["t ∂x + ∂u", field(u, (_, at) => [[time(at), 0, 1], [1, 0, 0], ZERO])],
  ] as const)("vanish for the KdV symmetry %s on any smooth snapshot", (_, v) => {
    const [residual, D, P] = rows(kernels, batch, v);
    expect(D).toBeGreaterThan(1e-3);
    // the rows are right to 5e-15 in norm as measured; twenty times that for other roundings
    expect(Math.sqrt(residual / (D + P))).toBeLessThan(1e-13);
  });

  /** Σ w|R̂|² over the batch by the definition. */
  const tested = (R: (place: number) => number): number => {
    let sum = 0;
    for (let b = 0; b < u.length / nx; b++)
      weight.forEach((w, m) => {
        const part = (wave: (angle: number) => number): number =>
          u.subarray(0, nx).reduce((s, _, i) => s + R(b * nx + i) * wave((2 * Math.PI * m * i) / nx), 0) / nx;
        sum += (m > 0 ? 2 : 1) * w * (part(Math.cos) ** 2 + part(Math.sin) ** 2);
      });
    return sum;
  };
  const slope = (place: number): number => -batch.q[3 * place]!; // u_x

  test.each([
    ["u ∂u", field(u, (here) => [[0, 0, here], ZERO, [0, 0, 1]]), (at: number) => u[at]! * slope(at)],
    ["t ∂x", field(u, (_, at) => [[time(at), 0, 0], [1, 0, 0], ZERO]), (at: number) => -slope(at)],
    ["∂u", field(u, () => [[0, 0, 1], ZERO, ZERO]), slope],
    ["t ∂t", field(u, (_, at) => [[0, time(at), 0], [0, 1, 0], ZERO]), (at: number) => -batch.rate[at]!],
  ] as const)("are those of R worked out by hand for %s, which is no symmetry", (_, v, R) => {
    const [residual, D, P] = rows(kernels, batch, v);
    expect(residual / (D + P)).toBeGreaterThan(1e-6); // 1e-3 in norm, where a symmetry's is below 1e-13
    // R is left over from terms up to 400 times its size, themselves right to 1e-14
    expect(Math.abs(residual / tested(R) - 1)).toBeLessThan(1e-11);
  });

  test("with all modes at weight one the sums are mean squares over x, added over snapshots", () => {
    const all = new Float64Array(nx / 2).fill(1);
    const count = 3;
    const v = Float64Array.from({ length: count }, (_, b) => b).reduce<number[]>(
      (list, b) => list.concat([...snapshot(nx, 31, `v ${b}`)[0]!]),
      [],
    );
    const w = v.map((_, i) => v[(i + nx) % v.length]! + 1);
    const ones = new Float64Array(v.length).fill(1);
    const plain: SnapshotBatch = {
      ...batch,
      dim: 1,
      q: ones,
      r: new Float64Array(v.length),
      rate: new Float64Array(v.length),
      timeScale: 2,
      orders: Int32Array.of(0),
      frechet: ones,
      weight: all,
    };
    const sums = kernels.tangentRows(plain, Float64Array.from(v), Float64Array.from(w), new Float64Array(v.length));
    const mean = (f: (i: number) => number): number => v.reduce((sum, _, i) => sum + f(i) ** 2, 0) / nx;
    const expected = [mean((i) => 2 * w[i]! - v[i]!), mean((i) => 2 * w[i]!), mean((i) => v[i]!)];
    expect(distance(sums, expected)).toBeLessThan(1e-14); // sums of 200 squares
  });

  test("the factor on mode m is (i m κ)^k, and zero at nx/2 for odd k", () => {
    const n = 16;
    const kappa = 0.7;
    for (const k of [0, 1, 2, 3, 4])
      for (const m of [0, 1, 5, 8]) {
        const phase = (i: number): number => (2 * Math.PI * m * i) / n;
        const value = Float64Array.from({ length: n }, (_, i) => Math.cos(phase(i)));
        // ∂x^k cos(mκx) times cos(mκx) or sin(mκx): the mean over x, in mode 0, is the derivative's amplitude
        for (const [against, part] of [
          [Math.cos, [1, 0, -1, 0]],
          [Math.sin, [0, -1, 0, 1]],
        ] as const) {
          const one: SnapshotBatch = {
            nx: n,
            dim: 1,
            q: new Float64Array(n).fill(1),
            r: new Float64Array(n),
            rate: new Float64Array(n),
            timeScale: 1,
            orders: Int32Array.of(k),
            frechet: value.map((_, i) => against(phase(i))),
            wavenumber: kappa,
            weight: Float64Array.of(1),
          };
          const zero = new Float64Array(n);
          const [, , P] = kernels.tangentRows(one, value, zero, zero);
          const share = m === 0 || m === 8 ? (against === Math.cos ? 1 : 0) : 0.5; // mean of cos², sin²
          const amplitude = m === 8 && k % 2 === 1 ? 0 : part[k % 4]! * (m * kappa) ** k * share;
          // the largest factor, (8κ)^4 = 983, multiplies roundings of the transform of a few 1e-16 (seen: 1.1e-12)
          expect(Math.abs(Math.sqrt(P) - Math.abs(amplitude))).toBeLessThan(1e-11);
        }
      }
  });

  test("a snapshot's sums and gradient do not depend on its neighbours in the batch", () => {
    const [three, v] = rough(3, 30, 3, [0, 1, 3]);
    const cut = (a: Float64Array, b: number): Float64Array => a.slice((b * a.length) / 3, ((b + 1) * a.length) / 3);
    const whole = gradient(kernels, three, v, WEIGHTS);
    const total = [0, 0, 0];
    for (let b = 0; b < 3; b++) {
      const one = { ...three };
      for (const key of ["q", "r", "rate", "frechet"] as const) Object.assign(one, { [key]: cut(three[key], b) });
      const part = { value: cut(v.value, b), alongT: cut(v.alongT, b), alongU: cut(v.alongU, b) };
      rows(kernels, one, part).forEach((s, i) => {
        total[i]! += s;
      });
      expect(gradient(kernels, one, part, WEIGHTS).value).toEqual(cut(whole.value, b));
    }
    expect(total).toEqual(rows(kernels, three, v)); // to the last bit: sums run over snapshots in order
  });

  test("the adjoint is the derivative, and half of it along the field is the sum itself", () => {
    for (const orders of ORDERS) {
      const [some, v] = rough(3, 16, 3, orders, 7);
      const loss = (): number => rows(oracle, some, v).reduce((sum, s, i) => sum + s * WEIGHTS[i]!, 0);
      const g = gradient(kernels, some, v, WEIGHTS);
      let product = 0;
      for (const key of ["value", "alongT", "alongU"] as const) {
        const top = g[key].reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        const array = v[key];
        array.forEach((kept, i) => {
          product += g[key][i]! * kept;
          if (i % 5 !== 0) return;
          array[i] = kept + 0.1; // a quadratic form: central differences are exact at any step
          const up = loss();
          array[i] = kept - 0.1;
          const down = loss();
          array[i] = kept;
          expect(Math.abs((up - down) / 0.2 - g[key][i]!)).toBeLessThan(1e-7 * Math.max(top, Number.MIN_VALUE));
        });
      }
      const scale = rows(oracle, some, v).reduce((sum, s, i) => sum + Math.abs(s * WEIGHTS[i]!), 0);
      expect(Math.abs(product / 2 - loss())).toBeLessThan(1e-13 * scale);
    }
  });

  test("arrays that do not fit are refused", () => {
    const [some, v] = rough(2, 16, 3, [1]);
    const short = new Float64Array(95);
    expect(() => kernels.tangentRows(some, short, v.alongT, v.alongU)).toThrow(/pass \[2, 16, 3\]/);
    expect(() => rows(kernels, { ...some, frechet: short }, v)).toThrow(/frechet holds 95 .*\[2, 1, 16\]/);
    expect(() => rows(kernels, { ...some, weight: new Float64Array(9) }, v)).toThrow(/9 modes .* nx = 16/);
    expect(() => rows(kernels, { ...some, orders: Int32Array.of(-1) }, v)).toThrow(/negative/);
    expect(() => rows(kernels, { ...some, nx: 14, rate: new Float64Array(28) }, v)).toThrow(/pass \[2, 14, 3\]/);
  });
});
