import { expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { normalise } from "../../src/data/chart.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { boxDomain } from "../../src/field/box.js";
import { knotPoints } from "../../src/field/spline.js";
import { withoutComponents } from "../../src/learning/gauge.js";
import { type ControlNetwork, neuralDefaults, trainNeural } from "../../src/learning/neural.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork } from "../../src/network/fieldnetwork.js";
import { neighboursOf } from "../../src/task/box.js";
import { dynamicsTask } from "../../src/task/dynamics.js";
import { functionTask } from "../../src/task/function.js";
import type { PointTask } from "../../src/task/pointtask.js";
import { invarianceEquations } from "../../src/validity/invariance.js";
import { type PointwiseEquations, pointwiseScores, pointwiseValidity } from "../../src/validity/pointwise.js";
import { solutionEquations } from "../../src/validity/solutions.js";

test("a network without components gives 0 there, and its step hears nothing of them", async () => {
  const heard: number[][] = [];
  const network: ControlNetwork = {
    forward: async () => Float32Array.of(1, 2, 3, 4, 5, 6),
    step: async (cotangent) => void heard.push([...cotangent]) === undefined,
    skipped: 0,
    restart: () => Promise.reject(new Error("not asked")),
    state: () => Promise.reject(new Error("not asked")),
    restore: () => {},
  };
  const masked = withoutComponents(network, 3, [0]);
  expect([...(await masked.forward())]).toEqual([0, 2, 3, 0, 5, 6]);
  expect(await masked.step(Float32Array.of(7, 7, 7, 7, 7, 7), 0.1)).toBe(true);
  expect(heard).toEqual([[0, 7, 7, 0, 7, 7]]);
  expect(withoutComponents(network, 3, [])).toBe(network);
});

const UNTRAINED = 8;

test.each<
  [
    string,
    (k: Parameters<typeof functionTask>[0]) => PointTask,
    (task: PointTask, at: Float64Array) => PointwiseEquations,
    number[],
  ]
>([
  ["x² + y² + z²", (k) => functionTask(k, { seed: 1, function: "x^2 + y^2 + z^2" }), invarianceEquations, []],
  [
    "the oscillator, τ held at 0",
    (k) => dynamicsTask(k, { seed: 1, dynamics: "x' = p; p' = -x" }),
    solutionEquations,
    [0],
  ],
])(
  "the neural learner on %s: both slots below a tenth of untrained networks, on points held out",
  async (_, taskOf, equationsOf, still) => {
    const { kernels, pool } = await openMachine(nodeAdapter(), { workers: 0 });
    await chooseBackend("wasm");
    const task = taskOf(kernels);
    const shape = boxDomain([-0.5, -0.5, -0.5], [0.5, 0.5, 0.5], 6, 0.1);
    const fresh = (generators: number, name: string): FieldNetwork =>
      FieldNetwork.create(
        { knotPoints: knotPoints(shape), periodic: [false, false, false], dim: 3, generators, width: 32 },
        stream(1, name),
      );
    const points = normalise(task.chart, task.points);
    const some = points.subarray(0, 3 * 256);
    const pairs = { points: some, neighbours: neighboursOf(some, 3, 0.01, stream(1, "neighbours")) };
    const validity = pointwiseValidity(pool, shape, equationsOf(task, task.points), { groups: 2, points: 256 });
    await validity.prepare();
    const network = fresh(2, "weights");
    const untrained = fresh(UNTRAINED, "control");
    try {
      const settings = { ...neuralDefaults, generators: 2, steps: 240, learningRate: 3e-2 };
      const training = trainNeural(
        kernels,
        shape,
        withoutComponents(network, 3, still),
        validity,
        { points, pairs },
        1,
        settings,
      );
      let turn = await training.next();
      while (!turn.done) turn = await training.next();
      const held = equationsOf(task, task.held);
      const own = await pointwiseScores(pool, shape, held, turn.value.control);
      const random = Float64Array.from(await withoutComponents(untrained, 3, still).forward());
      const control = [...(await pointwiseScores(pool, shape, held, random))].sort((a, b) => a - b)[UNTRAINED / 2]!;
      expect(Math.max(...own)).toBeLessThan(0.1 * control);
    } finally {
      network.dispose();
      untrained.dispose();
      await validity.release();
      await pool.close();
    }
  },
);
