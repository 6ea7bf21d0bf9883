import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import { samplePoints } from "../../src/data/sample.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
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
  count,
  thresholds,
} from "../../src/reading/certificate.js";
import { compareWithTruth } from "../../src/reading/comparison.js";
import { drawSnapshots } from "../../src/validity/selection.js";
import { tangentScores } from "../../src/validity/tangent.js";
import type { Traced } from "../../src/validity/trace.js";

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
