import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../src/adapter/node/adapter.js";
import { type Augmented, type AugmentOptions, augment } from "../src/augment.js";
import { chartOf } from "../src/data/chart.js";
import type { Trajectories } from "../src/data/trajectories.js";
import { InputError } from "../src/engine/error.js";
import { text } from "../src/expression/print.js";
import { fieldDomain } from "../src/field/domain.js";
import { knotPoints } from "../src/field/spline.js";
import { knownGenerators } from "../src/reading/truth.js";
import { simulate } from "../src/simulate.js";

const workerUrl = new URL("../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });

const known = (task: string): string[][] =>
  knownGenerators(task, { nu: 0.01 }, "periodic")!.map((each) =>
    ["x", "t", "u"].map((name) => (each[name] ? text(each[name]) : "0")),
  );
const kdv = await simulate({ task: "kdv", seed: 2, trajectories: 2, workers: 0 }, adapter);
const short: AugmentOptions = {
  data: kdv,
  seed: 3,
  formulas: known("kdv"),
  equation: { name: "kdv", parameters: {} },
  copies: 2,
  workers: 0,
};

/** {∂x, ∂t, t ∂x + ∂u} as splines on the data's chart, which holds what is linear exactly; and one that was rejected. */
function splineField(data: Trajectories): NonNullable<AugmentOptions["field"]> {
  const chart = chartOf(data);
  const shape = fieldDomain(data, chart, [12, 8, 8], 0.6);
  const points = knotPoints(shape);
  const [scaleX, scaleT, scaleU] = chart.scale as unknown as [number, number, number];
  const fields = [
    () => [1, 0, 0],
    () => [0, 1, 0],
    (t: number) => [(chart.offset[1]! + t * scaleT) / scaleX, 0, 1 / scaleU],
    () => [0, 0, 1],
  ];
  const control = Float64Array.from(
    fields.flatMap((field) => Array.from({ length: points.length / 3 }, (_, p) => field(points[3 * p + 1]!)).flat()),
  );
  const verdicts = ["accepted", "accepted", "accepted", "rejected"] as const;
  return { task: "kdv", chart, verdicts, splines: { shape, control }, formulas: [] };
}

async function taken(options: AugmentOptions): Promise<Augmented[]> {
  const all: Augmented[] = [];
  await augment(options, adapter, { take: (each) => void all.push(each) });
  return all;
}
const same = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((x, i) => Object.is(x, b[i]));

describe("augmentation with the true symmetries, s up to 0.1 of the data's extents", () => {
  test.each(["kdv", "ks", "burgers"])(
    "%s: the residual stays within 3 times the floor, 95 %% are kept",
    async (task) => {
      const data = await simulate({ task, seed: 2, trajectories: 3, workers: 0 }, adapter);
      const options = { data, seed: 1, formulas: known(task), equation: { name: task, parameters: {} }, copies: 4 };
      const ours = await augment({ ...options, workers: 0 }, adapter);
      expect(ours.kept).toBeGreaterThanOrEqual(0.95 * ours.asked);
      expect(ours.residual!.measured).toBe(12);
      expect(ours.residual!.moved).toBeLessThan(3 * ours.residual!.floor); // 1.00, 1.01 and 0.9 as measured
      expect(ours.residual!.ratio.median).toBeLessThan(1.5);
      expect(ours.displacement.median).toBeGreaterThan(0.05); // and it did move
      expect(ours.displacement.largest).toBeLessThan(0.3);
    },
  );
  test("is nearer to the floor than the paper's scatter, and that than linear weights", async () => {
    const data = await simulate({ task: "ks", seed: 2, trajectories: 1, workers: 0 }, adapter);
    const options = { data, seed: 1, formulas: known("ks"), equation: { name: "ks", parameters: {} }, copies: 2 };
    const [ours, scatter, bilinear] = await Promise.all(
      (["preimage", "scatter", "bilinear"] as const).map((method) =>
        augment({ ...options, method, workers: 0 }, adapter),
      ),
    );
    expect(scatter!.residual!.moved).toBeGreaterThan(1.2 * ours!.residual!.moved);
    expect(bilinear!.residual!.moved).toBeGreaterThan(5 * scatter!.residual!.moved);
  });
});

describe("what is handed over", () => {
  test("is the same bit for bit on one thread and on two workers, in order, by seed", async () => {
    const options = { ...short, copies: 5, measure: 3 };
    const [first, spread, other] = [
      await taken(options),
      await taken({ ...options, workers: 2 }),
      await taken({ ...options, seed: 4, copies: 1 }),
    ];
    expect(first.map(({ trajectory, copy }) => [trajectory, copy])).toEqual(
      [0, 1].flatMap((trajectory) => [0, 1, 2, 3, 4].map((copy) => [trajectory, copy])),
    );
    expect(spread.map(({ trajectory, copy }) => [trajectory, copy])).toEqual(
      first.map(({ trajectory, copy }) => [trajectory, copy]),
    );
    expect(first.every(({ u }, i) => same(u, spread[i]!.u))).toBe(true);
    expect(same(first[0]!.s, other[0]!.s)).toBe(false);
    expect(same(first[0]!.s, first[1]!.s)).toBe(false);
  });
  test("says which rows are known, and knows nothing of those beyond", async () => {
    const { nt, nx } = kdv;
    for (const { u, support, rows } of await taken({ ...short, formulas: [["0", "1", "0"]], sigma: 0.3 })) {
      expect(rows[1] - rows[0]).toBeLessThan(nt);
      for (let j = 0; j < nt; j++) {
        const row = u.subarray(j * nx, (j + 1) * nx);
        const inside = j >= rows[0] && j < rows[1];
        expect([support[j], row.every(Number.isFinite)]).toEqual(inside ? [1, true] : [0, false]);
      }
    }
  });
  test("waits for what takes it", async () => {
    let [open, most] = [0, 0];
    await augment({ ...short, measure: 0 }, adapter, {
      async take() {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open--;
      },
    });
    expect(most).toBe(1);
  });
  test("comes of splines as of the formulas they are, along the accepted generators or those named", async () => {
    const ofFormulas = await taken(short);
    const { formulas: _, ...rest } = short;
    const ofSplines = await taken({ ...rest, field: splineField(kdv) });
    const apart = ofSplines.map(({ u }, i) =>
      u.reduce((most, value, k) => Math.max(most, Math.abs(value - ofFormulas[i]!.u[k]!) || 0), 0),
    );
    expect(Math.max(...apart)).toBeLessThan(1e-8);
    expect(ofSplines[0]!.s.length).toBe(3);
    const named = await taken({ ...rest, field: splineField(kdv), generators: [2], sigma: [0.2] });
    expect(named[0]!.s.length).toBe(1);
  });
  test("stops when the signal aborts", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const asked = augment({ ...short, copies: 40, measure: 0 }, adapter, {
      signal: stop.signal,
      take: ({ copy }) => void (seen.push(copy) === 3 && stop.abort(new Error("enough"))),
    });
    await expect(asked).rejects.toThrow("enough");
    expect(seen.length).toBeLessThan(60);
  });
  test("stops within a batch, and what was begun meanwhile fails unheard", async () => {
    const stop = new AbortController();
    const unheard: unknown[] = [];
    const listen = (error: unknown): void => void unheard.push(error);
    process.on("unhandledRejection", listen);
    let taken = 0;
    const asked = augment({ ...short, copies: 40, measure: 0 }, adapter, {
      signal: stop.signal,
      async take() {
        taken++;
        stop.abort(new Error("enough"));
        await new Promise((resolve) => setTimeout(resolve, 300)); // the next batch is refused in the meantime
      },
    });
    await expect(asked).rejects.toThrow("enough");
    process.off("unhandledRejection", listen);
    expect([taken, unheard]).toEqual([1, []]);
  });
  test("is measured as often as asked, and progress reaches its end", async () => {
    const events: { done: number; of: number }[] = [];
    const { residual } = await augment({ ...short, copies: 3, measure: 2 }, adapter, {
      progress: (event) => void events.push(event),
    });
    expect(residual!.measured).toBe(2);
    expect(events.at(-1)).toMatchObject({ stage: "augment", done: 6, of: 6 });
    expect((await augment({ ...short, measure: 0 }, adapter)).residual).toBeNull();
  });
});

describe("what cannot be used", () => {
  const { formulas: _, ...rest } = short;
  const changed = (more: Partial<Trajectories>): AugmentOptions => ({ ...short, data: { ...kdv, ...more } });
  const gapped = kdv.u.slice();
  gapped[140 * 256 + 3 * 256 + 7] = Number.NaN;
  const late = kdv.t.map((time, j) => (j > 50 ? time + 3 : time));
  const twice = { x: kdv.x.map((place) => 2 * place), length: 256 };
  test.each<[string, AugmentOptions, RegExp]>([
    ["values missing", changed({ u: gapped }), /1 of 71680 values of u .* trajectory 1 of 2 at output 3, column 7/],
    ["outputs missing", changed({ t: late }), /t has a gap: 3\.4\d* from t\[50\] .* median step is 0\.40/],
    [
      "data of another equation",
      { ...short, equation: { name: "ks", parameters: {} } },
      /do not solve the equation of the generators, u_t = .*: residual 0\.\d+ of its terms, 0\.05 allowed/,
    ],
    [
      "generators of another period",
      { ...rest, equation: null, data: { ...kdv, ...twice }, field: splineField(kdv) },
      /period 128 in x but the trajectories 256/,
    ],
    [
      "generators of other times",
      { ...rest, equation: null, data: { ...kdv, t: kdv.t.map((t) => t + 60) }, field: splineField(kdv) },
      /learned for t from 10\.\d+ to 133\.\d+ but the trajectories cover 104\.\d+ to 160/,
    ],
    [
      "generators in other coordinates",
      { ...short, formulas: [["1", "0"]], equation: null },
      /"1, 0" has 2 components but the coordinates are x, t, u/,
    ],
    [
      "data of more components",
      { ...short, data: { ...kdv, nx: 128, x: kdv.x.slice(0, 128), components: 2 } },
      /u has 2 components but the equation of the generators 1/,
    ],
    [
      "moves so far that nothing is left",
      { ...short, formulas: [["0", "1", "0"]], sigma: 30 },
      /none of 4 moved trajectories can be used with sigma 30: 4 have too few rows \(at most 0 of 140 known, 60 needed\); pass a smaller sigma/,
    ],
    [
      "moves so far that splines end",
      { ...rest, field: splineField(kdv), generators: [3], sigma: 30 },
      /none of 4 .*: 4 left the region that was learned \(up to [\d.]+ % of their points, 1 % allowed\)/,
    ],
    [
      "moves that fold",
      { ...short, formulas: [["u*t", "0", "0"]], sigma: 3, equation: null },
      /folded over \(up to [\d.]+ % of their cells\)/,
    ],
    [
      "generators that are not periodic",
      { ...short, formulas: [["x", "3*t", "-2*u"]] },
      /not periodic in x \(jumps up to [\d.]+ deviations\)/,
    ],
    ["no generator", { ...short, formulas: [] }, /no formula came/],
    ["neither field nor formulas", rest, /neither came; pass one/],
    [
      "a generator that is not there",
      { ...rest, field: splineField(kdv), generators: [5] },
      /are 5; pass distinct numbers from 1 to 4/,
    ],
    ["a field that vanishes", { ...short, formulas: [["0", "0", "0"]] }, /generator 1 has length 0 over the data/],
    ["a negative sigma", { ...short, sigma: -1 }, /sigma is -1, -1, -1; pass one number from 0, or 3/],
    ["no copies", { ...short, copies: 0 }, /copies is 0; pass a whole number from 1/],
    ["more rows than there are", { ...short, rows: 141 }, /rows is 141 but the trajectories have 140/],
  ])("%s", async (_, options, message) => {
    const asked = augment(options, adapter);
    await expect(asked).rejects.toThrow(InputError);
    await expect(asked).rejects.toThrow(message);
  });
});
