import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import { samplePoints } from "../../src/data/sample.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import { InputError } from "../../src/engine/error.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { one, scale, variable, zero } from "../../src/expression/expression.js";
import { compile } from "../../src/expression/program.js";
import { smoothFields } from "../../src/field/smooth.js";
import { knotPoints } from "../../src/field/spline.js";
import { orthogonalise } from "../../src/learning/orthogonality.js";
import {
  type Candidates,
  type Certificate,
  type Certified,
  certificateDefaults,
  certify,
  certifyTangent,
  checkData,
  count,
  judge,
  thresholds,
} from "../../src/reading/certificate.js";
import { compareWithTruth } from "../../src/reading/comparison.js";
import { drawSnapshots } from "../../src/validity/selection.js";
import { tangentScores } from "../../src/validity/tangent.js";
import type { Traced } from "../../src/validity/trace.js";
import { answered } from "../validity/answered.js";

const { kernels, pool } = await openMachine(nodeAdapter(), { workers: 0 });
const equation = { name: "kdv", parameters: {} };
const held = await simulateTrajectories(pool, { equation, trajectories: 2, seed: 4, outputs: 100, time: 40 });
const chart = chartOf(held);
const shape: SplineShape = {
  axes: [
    { kind: "periodic", lo: 0, hi: 1, knots: 6 },
    { kind: "open", lo: -0.6, hi: 1.6, knots: 6 },
    { kind: "open", lo: -2.5, hi: 2.5, knots: 6 },
  ],
  width: 3,
};
const points = samplePoints(held, chart, 500, stream(1, "measure"));
const knots = knotPoints(shape);

/** Fields by formula in normalised coordinates (linear in t and u, so that splines hold them exactly), unit over the data. */
function fields(...formulas: ((x: number, t: number, u: number) => [number, number, number])[]): Float64Array {
  const raw = formulas.flatMap((f) =>
    Array.from({ length: knots.length / 3 }, (_, i) => f(knots[3 * i]!, knots[3 * i + 1]!, knots[3 * i + 2]!)).flat(),
  );
  return orthogonalise(kernels, shape, points, Float64Array.from(raw), formulas.length, "none").control;
}
const [L, T, U] = chart.scale as unknown as [number, number, number];
const translationX = (): [number, number, number] => [1, 0, 0];
const translationT = (): [number, number, number] => [0, 1, 0];
const boost = (_: number, t: number): [number, number, number] => [(chart.offset[1]! + T * t) / L, 0, 1 / U];
const stretch = (_: number, __: number, u: number): [number, number, number] => [0, 0, u]; // u ∂u, for a linear equation only

/** Fields as the certificate takes them, beside five random smooth ones. */
async function candidates(control: Float64Array): Promise<Candidates> {
  const size = controlLength(shape);
  const traced = (all: Float64Array): Traced[] =>
    Array.from({ length: all.length / size }, (_, b) => ({
      kind: "spline",
      shape,
      control: all.slice(b * size, (b + 1) * size),
    }));
  const random = orthogonalise(kernels, shape, points, smoothFields(shape, 5, stream(1, "control")), 5, "none").control;
  const snapshots = drawSnapshots(kernels, equationOf(equation), chart, held, 64, stream(1, "held"));
  return {
    fields: traced(control),
    tangent: await tangentScores(pool, shape, snapshots, control),
    controls: traced(random),
    controlTangent: await tangentScores(pool, shape, snapshots, random),
  };
}

describe("the certificate on fields known by formula", () => {
  const setup = { ...certificateDefaults, equation, chart, held, stops: [0.2, 0.4] };
  const three = candidates(fields(translationX, translationT, boost));
  const four = candidates(fields(translationX, translationT, boost, stretch));
  const certificate = four.then((all) => certify(pool, setup, all));

  test("KdV's symmetries are accepted with tangent scores below 1e-6 and flows at the floor", async () => {
    const { fields, floor } = await certificate;
    for (const field of fields.slice(0, 3)) {
      expect(field.verdict).toBe("accepted");
      expect(field.tangent).toBeLessThan(1e-6); // aliasing beyond the low-pass
      for (const { score } of field.flow) expect(score / floor).toBeLessThan(1.2); // moved rigidly, or sheared a little
    }
  });

  test("u ∂u is rejected, on its tangent and on its flow", async () => {
    const { fields, floor } = await certificate;
    expect(fields[3]!.verdict).toBe("rejected");
    expect(fields[3]!.tangent).toBeGreaterThan(0.1);
    expect(Math.min(...fields[3]!.flow.map((f) => f.score))).toBeGreaterThan(20 * floor);
  });

  test("each bound alone can reject: a tangent bound of nothing rejects what the flow accepts", async () => {
    const strict = { ...thresholds, tangentOfControl: 0 };
    const { fields } = await certify(pool, setup, await three, strict);
    expect(fields.map((f) => f.verdict)).toEqual(["rejected", "rejected", "rejected"]);
    const { fields: shaken } = await certify(pool, setup, await three, {
      ...thresholds,
      flowOfFloor: 0.01,
      flowOfControl: 0,
    });
    expect(shaken.map((f) => f.verdict)).toEqual(["rejected", "rejected", "rejected"]);
  });

  test("a field given by formula scores as its spline does, and without a period a strip of it does too", async () => {
    const t = variable("t");
    const components = [t, zero, one]; // t ∂x + ∂u
    const values = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += 3) values.set(boost(0, points[i + 1]!), i);
    const length = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / (points.length / 3));
    const unit = compile(
      components.map((c) => scale(1 / length, c)),
      ["x", "t", "u"],
    );
    const given = await three;
    const ask = (periodic: boolean): Promise<Certificate> =>
      certify(pool, setup, { ...given, fields: [{ kind: "formula", program: unit, periodic }], tangent: [0] });
    const [whole, strip, spline] = [await ask(true), await ask(false), await certify(pool, setup, given)];
    const scores = (c: Certificate, field: number): number[] => c.fields[field]!.flow.map((f) => f.score);
    scores(spline, 2).forEach((score, i) => {
      expect(scores(whole, 0)[i]! / score).toBeCloseTo(1, 6);
      expect(scores(strip, 0)[i]! / score).toBeCloseTo(1, 0); // the strip leaves out its ends
    });
  });

  test("without flows the verdict rests on the tangent score alone", async () => {
    const alone = certifyTangent(await four);
    expect(alone.fields.map((f) => f.verdict)).toEqual(["accepted", "accepted", "accepted", "rejected"]);
    expect(alone.fields.every((f) => f.flow.length === 0)).toBe(true);
    expect([Number.isNaN(alone.floor), alone.control]).toEqual([true, []]);
    const given = await four;
    const near = certifyTangent({ ...given, tangent: [0.3 * alone.tangentControl] });
    expect(near.fields[0]!.verdict).toBe("approximate"); // between 0.1 and 0.5 of the control
  });

  test("s comes in increasing order, both signs, with a control for each", async () => {
    const { fields, control } = await certificate;
    expect(fields[0]!.flow.map((f) => f.s)).toEqual([-0.4, -0.2, 0.2, 0.4]);
    expect(control.map((c) => c.s)).toEqual([-0.4, -0.2, 0.2, 0.4]);
    for (const { score } of control) expect(score).toBeGreaterThan(0.1);
  });

  test("the span of the three is at angle 0 to the truth, and two of them lack 90°", () => {
    const values = [translationX, translationT, boost].map((f) => {
      const out = new Float64Array(points.length);
      for (let i = 0; i < out.length; i += 3) out.set(f(points[i]!, points[i + 1]!), i);
      return out;
    });
    const whole = compareWithTruth("kdv", chart, points, values)!;
    expect(Math.max(...whole.principalAnglesDegrees)).toBeLessThan(1e-10);
    const part = compareWithTruth("kdv", chart, points, values.slice(1))!;
    expect(part.principalAnglesDegrees).toHaveLength(2);
    expect(part.grassmann).toBeCloseTo(Math.PI / 2, 10);
    expect(compareWithTruth("unheard-of", chart, points, values)).toBeNull();
  });
});

describe("the certificate of traces given by hand", () => {
  interface Asked {
    readonly trajectory: number;
    readonly stops: Float64Array;
    readonly field: { readonly control: Float64Array } | null;
  }
  /** Field f on trajectory j scores 0.01·(f + 1)·(j + 1)·(1 for s > 0, 2 for s < 0) at every stop, controls 1, 2, 4, 8. */
  const given = answered<Asked>(({ trajectory, stops, field }) => {
    if (field === null)
      return { score: Float64Array.of(0.002 * (1 + trajectory)), folded: Float64Array.of(0), outside: 0 };
    const [f] = field.control as unknown as [number];
    const back = stops[0]! < 0;
    const score = f >= 100 ? 2 ** (f - 100) : 0.01 * (f + 1) * (trajectory + 1) * (back ? 2 : 1);
    return {
      score: Float64Array.from(stops, (s) => score * Math.abs(s)),
      folded: Float64Array.from(stops, (_, m) => (f === 0 && trajectory === 0 && m === 0 ? 0.3 : 0.1)),
      outside: f === 0 && trajectory === 0 ? 0.5 : 0.25,
    };
  });
  const field = (f: number): Traced => ({ kind: "spline", shape, control: Float64Array.of(f) });
  const asked: Candidates = {
    fields: [field(0), field(1)],
    tangent: [0.001, 0.002],
    controls: [100, 101, 102, 103].map(field),
    controlTangent: [0.1, 0.2, 0.4, 0.8],
  };
  const setup = { ...certificateDefaults, equation, chart, held, stops: [0.5, 1] };

  test("takes means and worsts over trajectories, medians of controls on one side, and the largest shares", async () => {
    const { fields, floor, control, tangentControl } = await certify(given.pool, setup, asked);
    expect(floor).toBeCloseTo(0.003, 12);
    expect(tangentControl).toBeCloseTo(0.3, 12);
    expect(control.map(({ s, score }) => [s, score])).toEqual([
      [-1, 3],
      [-0.5, 1.5],
      [0.5, 1.5],
      [1, 3],
    ]);
    const [one, two] = fields as [Certified, Certified];
    const close = (flow: Certified["flow"], s: number, score: number, worst: number): void => {
      const at = flow.find((f) => f.s === s)!;
      expect(at.score).toBeCloseTo(score, 12);
      expect(at.worst).toBeCloseTo(worst, 12);
    };
    close(one.flow, 1, 0.015, 0.02);
    close(one.flow, -1, 0.03, 0.04);
    close(two.flow, -0.5, 0.03, 0.04);
    expect([one.folded, one.outside, two.folded, two.outside]).toEqual([0.3, 0.5, 0.1, 0.25]);
  });

  test("tells how far it is, and stops when its signal aborts", async () => {
    const seen: [number, number][] = [];
    const many = { ...asked, fields: Array.from({ length: 6 }, (_, f) => field(f)), tangent: new Float64Array(6) };
    await certify(given.pool, setup, many, thresholds, undefined, (...at) => void seen.push(at));
    expect(seen).toEqual([
      [16, 28],
      [28, 28],
    ]);
    const controller = new AbortController();
    const stopped = certify(given.pool, setup, many, thresholds, controller.signal, () =>
      controller.abort(new Error("enough")),
    );
    await expect(stopped).rejects.toThrow("enough");
    given.asked.length = 0;
    await expect(certify(given.pool, setup, many, thresholds, AbortSignal.abort())).rejects.toThrow(/abort/);
    expect(given.asked.filter((shard) => shard.field !== null)).toEqual([]);
  });

  test("refuses data whose residual is too large, or no number at all", async () => {
    const data = (score: number) =>
      checkData(
        answered(() => ({ score: Float64Array.of(score) })).pool,
        { ...setup, stops: undefined } as never,
        held,
      );
    expect(await data(0.05)).toBe(0.05);
    await expect(data(0.06)).rejects.toThrow(/residual 0\.060 of its terms/);
    await expect(data(Number.NaN)).rejects.toThrow(InputError);
  });
});

describe("the verdict", () => {
  const at = (score: number, worst: number): Certified["flow"] => [{ s: 0.4, score, worst }];
  const verdict = (flow: Certified["flow"], tangent = 0.05, control = 1, floor = 0.01) =>
    judge(tangent, flow, () => control, floor, thresholds);
  test.each<[string, ReturnType<typeof judge>, ReturnType<typeof judge>]>([
    ["within a tenth of the control, though beyond 3 floors", verdict(at(0.1, 0.2)), "accepted"],
    ["within 3 floors, though beyond a tenth of the control", verdict(at(0.09, 0.18), 0.05, 0.5, 0.03), "accepted"],
    ["beyond both by less than 5", verdict(at(0.5, 0.5)), "approximate"],
    ["beyond both by more", verdict(at(0.51, 0.51)), "rejected"],
    ["the worst trajectory at more than twice the bound", verdict(at(0.1, 0.21)), "approximate"],
    ["and at more than twice five times", verdict(at(0.1, 1.01)), "rejected"],
    ["no number", verdict(at(Number.NaN, 0)), "rejected"],
    ["a tangent score of a tenth", verdict(at(0, 0), 0.1), "accepted"],
    ["of half", verdict(at(0, 0), 0.5), "approximate"],
  ])("%s", (_, came, expected) => {
    expect(came).toBe(expected);
  });
});

describe("the count", () => {
  const field = (verdict: Certified["verdict"], tangent: number): Certified => ({
    verdict,
    tangent,
    flow: [],
    folded: 0,
    outside: 0,
  });
  test("is exact with a gap of ten between accepted and others", () => {
    expect(count([field("accepted", 1e-3), field("rejected", 0.2), field("accepted", 4e-3)], 2)).toEqual({
      count: 2,
      countIs: "exact",
      gap: 50,
    });
  });
  test("is exact at a gap of just ten", () => {
    expect(count([field("accepted", 0.01), field("rejected", 0.1)], 1)).toEqual({
      count: 1,
      countIs: "exact",
      gap: 10,
    });
  });
  test("is undecided below, whether the other is approximate or rejected", () => {
    expect(count([field("accepted", 0.03), field("approximate", 0.06)], 1)).toEqual({
      count: null,
      countIs: "undecided",
      gap: 2,
    });
  });
  test("is a lower bound where nothing was rejected, and 0 where nothing was accepted", () => {
    expect(count([field("accepted", 1e-3)], 1)).toEqual({ count: 1, countIs: "atLeast", gap: null });
    expect(count([field("rejected", 0.3)], 0)).toEqual({ count: 0, countIs: "exact", gap: null });
  });
  test("is the dimension of the accepted span, not the number of accepted slots", () => {
    expect(count([field("accepted", 1e-3), field("accepted", 1e-3), field("rejected", 0.2)], 1).count).toBe(1);
  });
  test("rests on a threshold that can be set", () => {
    expect(count([field("accepted", 0.03), field("rejected", 0.09)], 1, { ...thresholds, gap: 2 }).countIs).toBe(
      "exact",
    );
  });
});
