/** What a run holds on to as it goes: tensors, tfjs's heap, the kernels' memory and the process's, at two steps of one training. */
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chartOf } from "../../src/data/chart.js";
import { sampleNeighbours, samplePoints } from "../../src/data/sample.js";
import { simulateTrajectories } from "../../src/data/simulation.js";
import type { SplineShape } from "../../src/engine/kernels.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { knotPoints } from "../../src/field/spline.js";
import { neuralDefaults, trainNeural } from "../../src/learning/neural.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork } from "../../src/network/fieldnetwork.js";
import { engineMemory } from "../../src/network/tensor.js";
import { flowDefaults, flowValidity } from "../../src/validity/flow.js";

export interface Footprint {
  readonly tensors: number;
  readonly heap: number; // bytes of tfjs's WASM memory
  readonly kernels: number; // bytes of our own
  readonly resident: number; // bytes of the process
}

/** Trains by the flow on small patches and reports at the two steps; every part of a real step is in it. */
export async function footprints(early: number, late: number): Promise<[Footprint, Footprint]> {
  const machine = await openMachine(nodeAdapter(), { workers: 0 });
  const { kernels, pool } = machine;
  const equation = { name: "kdv", parameters: {} };
  const data = await simulateTrajectories(pool, {
    equation,
    trajectories: 2,
    seed: 1,
    nx: 64,
    length: 32,
    outputs: 40,
    time: 8,
  });
  const chart = chartOf(data);
  const shape: SplineShape = {
    axes: [
      { kind: "periodic", lo: 0, hi: 1, knots: 4 },
      { kind: "open", lo: -0.6, hi: 1.6, knots: 4 },
      { kind: "open", lo: -2, hi: 2, knots: 4 },
    ],
    width: 3,
  };
  const options = { ...flowDefaults, patches: 1, nx: 64, nt: 24 };
  const validity = flowValidity(pool, shape, equation, chart, data, options);
  await validity.prepare();
  await chooseBackend("wasm");
  const network = FieldNetwork.create(
    { knotPoints: knotPoints(shape), periodic: [true, false, false], dim: 3, generators: 2, width: 16 },
    stream(1, "weights"),
  );
  const places = {
    points: samplePoints(data, chart, 64, stream(1, "measure")),
    pairs: sampleNeighbours(data, chart, 64, stream(1, "neighbours")),
  };
  const settings = { ...neuralDefaults, generators: 2, steps: late + 1 };
  const found: Footprint[] = [];
  for await (const { step } of trainNeural(kernels, shape, network, validity, places, 1, settings)) {
    if (step !== early && step !== late) continue;
    globalThis.gc?.();
    const { tensors, heap } = engineMemory();
    found.push({ tensors, heap, kernels: kernels.bytes(), resident: process.memoryUsage.rss() });
  }
  network.dispose();
  await validity.release();
  await machine.close();
  return found as [Footprint, Footprint];
}
