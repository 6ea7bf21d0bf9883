import { expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import { sampleNeighbours, samplePoints } from "../../src/data/sample.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { equationOf } from "../../src/equation/catalogue.js";
import { knotPoints } from "../../src/field/spline.js";
import { type LearnerState, type NeuralResult, neuralDefaults, trainNeural } from "../../src/learning/neural.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork } from "../../src/network/fieldnetwork.js";
import { drawSnapshots } from "../../src/validity/selection.js";
import { tangentDefaults, tangentValidity } from "../../src/validity/tangent.js";

test("a run that goes on from a saved and copied state ends in the bits of an unbroken one", async () => {
  const { kernels, pool } = await openMachine(nodeAdapter(), { workers: 0 });
  const equation = { name: "kdv", parameters: {} };
  const data = await simulateTrajectories(pool, { equation, trajectories: 2, seed: 1, outputs: 40, time: 16 });
  const chart = chartOf(data);
  const shape = {
    axes: [
      { kind: "periodic", lo: 0, hi: 1, knots: 4 },
      { kind: "open", lo: -0.6, hi: 1.6, knots: 5 },
      { kind: "open", lo: -2, hi: 2, knots: 5 },
    ],
    width: 3,
  } as const;
  await chooseBackend("wasm");
  const snapshots = drawSnapshots(kernels, equationOf(equation), chart, data, 40, stream(1, "snapshots"));
  const settings = { ...neuralDefaults, generators: 2, steps: 20 };
  const places = {
    points: samplePoints(data, chart, 200, stream(1, "measure")),
    pairs: sampleNeighbours(data, chart, 100, stream(1, "neighbours")),
  };

  async function run(
    from: LearnerState | undefined,
    stopAt: number,
  ): Promise<[NeuralResult | null, LearnerState | null]> {
    const weights = stream(from ? 99 : 1, "weights"); // other weights where a state is to replace them
    const options = { knotPoints: knotPoints(shape), periodic: [true, false, false], dim: 3, generators: 2, width: 16 };
    const network = FieldNetwork.create(options, weights);
    const validity = tangentValidity(pool, shape, snapshots, tangentDefaults);
    await validity.prepare();
    try {
      const training = trainNeural(kernels, shape, network, validity, places, 1, settings, undefined, from);
      for (let turn = await training.next(); ; turn = await training.next()) {
        if (turn.done) return [turn.value, null];
        if (turn.value.step === stopAt) return [null, structuredClone(await turn.value.state())];
      }
    } finally {
      network.dispose();
      await validity.release();
    }
  }

  const [whole] = await run(undefined, -1);
  const [, saved] = await run(undefined, 7);
  const [resumed] = await run(saved!, -1);
  expect(saved!.step).toBe(7);
  expect(resumed!.history).toEqual(whole!.history);
  expect(resumed!.control.every((c, i) => c === whole!.control[i])).toBe(true);
});
