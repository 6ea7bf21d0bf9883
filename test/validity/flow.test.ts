import { describe, expect, test } from "@jest/globals";
import { chartOf } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { type FlowOptions, flowPatches, flowValidity, scoredRow } from "../../src/validity/flow.js";
import { answered } from "./answered.js";

const kdv = equationOf({ name: "kdv", parameters: {} });
const [nt, nx] = [60, 32];
const data: Trajectories = {
  ...{ n: 3, nt, nx, components: 1, length: 8 },
  x: Float64Array.from({ length: nx }, (_, i) => i / 4),
  t: Float64Array.from({ length: nt }, (_, j) => j / 10),
  u: Float64Array.from({ length: 3 * nt * nx }, (_, i) => Math.sin(i)),
};
const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 4 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 4 },
    { kind: "open", lo: -1.5, hi: 1.5, knots: 4 },
  ],
  width: 3,
};
const size = controlLength(shape);
const slots = { count: 2, control: Float64Array.from({ length: 2 * size }, (_, i) => i) };

interface Asked {
  readonly row: number;
  readonly stops: readonly number[];
  readonly control: Float64Array;
}

/** Scores e^… 1, 3, 1, 3 and so on by patch, the second slot's ten times that; every gradient is ones. */
async function asked(options: Partial<FlowOptions>, fraction: number, times = 1) {
  const own = { ...flowPatches(kdv, data), ...options };
  let patch = 0;
  const { pool, asked } = answered<Asked>(({ control }) => {
    const second = control[0] !== 0;
    const score = Math.log((patch % 2 === 0 ? 1 : 3) * (second ? 10 : 1));
    if (second) patch++;
    return { score, charge: 0, folded: 0, gradient: new Float64Array(size).fill(patch + (second ? -1 : 0)) };
  });
  const validity = flowValidity(pool, shape, { name: "kdv", parameters: {} }, chartOf(data, kdv), data, own);
  await validity.prepare();
  const draw = stream(1, "moments");
  let scored = await validity.gradient(slots, { stream: draw, fraction });
  for (let i = 1; i < times; i++) scored = await validity.gradient(slots, { stream: draw, fraction });
  return { asked, scored };
}

describe("what the flow criterion asks for", () => {
  test("|s| grows from a twentieth of σ to σ over the first half of the steps, in equal stops", async () => {
    for (const [fraction, share] of [
      [0, 0.05],
      [0.25, 0.5],
      [0.5, 1],
      [0.9, 1],
    ] as const) {
      const { asked: shards } = await asked({ stops: 2, sigma: 0.4 }, fraction);
      for (const { stops } of shards)
        stops.forEach((s, m) => void expect(Math.abs(s)).toBeCloseTo(0.2 * share * (m + 1), 12));
    }
  });

  test("one side of s is drawn for each patch, the same for all slots; or both are taken", async () => {
    const signs = (shards: readonly Asked[]) => shards.map(({ stops }) => Math.sign(stops[0]!));
    const drawn = signs((await asked({}, 1, 8)).asked);
    expect(drawn).toHaveLength(8 * 4 * 2);
    expect(new Set(drawn)).toEqual(new Set([-1, 1]));
    drawn.forEach((sign, i) => void expect(sign).toBe(drawn[i - (i % 2)]));
    const both = signs((await asked({ bothSides: true }, 1)).asked);
    expect(both).toHaveLength(2 * 4 * 2);
    expect(both.reduce((sum, sign) => sum + sign, 0)).toBe(0);
  });

  test("patches lie inside the data and hang over the ends as often as it takes to score these like the middle", async () => {
    const { asked: shards } = await asked({}, 1, 200);
    const rows = shards.map(({ row }) => row);
    const last = nt - flowPatches(kdv, data).nt;
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([0, last]);
    for (const end of [0, last]) {
      const share = rows.filter((row) => row === end).length / rows.length;
      expect(share).toBeGreaterThan(0.2); // 14 of 55 places are pushed back to each end; drawn inside alone, 1 of 29 would be there
      expect(share).toBeLessThan(0.32);
    }
  });

  test("the measure takes the rows that stencils leave, never those at the data's ends", () => {
    const draw = scoredRow(kdv, flowPatches(kdv, data), nt);
    const from = stream(2, "rows");
    const rows = Array.from({ length: 2000 }, () => draw(from));
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([9, nt - 10]); // third order by differences of half-width 3
  });
});

describe("what it makes of the answers", () => {
  test("patches are pooled by the mean of their scores before the logarithm, and gradients weigh as their scores do", async () => {
    const { scored } = await asked({ patches: 2 }, 1);
    expect(scored.score[0]).toBeCloseTo(Math.log(2), 12);
    expect(scored.score[1]).toBeCloseTo(Math.log(20), 12);
    expect(scored.gradient[0]).toBeCloseTo(0.75, 12); // gradients 0 and 1, of scores 1 and 3
    expect(scored.gradient[2 * size - 1]).toBeCloseTo(0.75, 12);
  });

  test("the weak residual is refused on patches that are no whole periods", () => {
    const { pool } = answered(() => null);
    const make = (residual: FlowOptions["residual"]) =>
      flowValidity(pool, shape, { name: "kdv", parameters: {} }, chartOf(data, kdv), data, {
        ...flowPatches(kdv, data),
        ...{ nx: 16, residual },
      });
    expect(() => make("weak")).toThrow(InputError);
    expect(() => make("weak")).toThrow(/16 of 32 places.*pass nx: 32/);
    expect(() => make("absolute")).not.toThrow();
  });
});
