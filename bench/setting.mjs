/** The setting that benches measure in: KdV trajectories, chart, field shape, places and random fields as `learn()` makes them. */
import { nodeAdapter } from "../dist/adapter/node/adapter.js";
import { chartOf } from "../dist/data/chart.js";
import { sampleNeighbours, samplePoints } from "../dist/data/sample.js";
import { partition, simulateTrajectories } from "../dist/data/simulation.js";
import { openMachine } from "../dist/engine/machine.js";
import { stream } from "../dist/engine/random.js";
import { equationOf } from "../dist/equation/catalogue.js";
import { fieldDomain } from "../dist/field/domain.js";
import { smoothFields } from "../dist/field/smooth.js";
import { MEASURE } from "../dist/learn/neural.js";
import { KNOTS, PAIRS, SNAPSHOTS } from "../dist/learn/pde.js";
import { orthogonalise } from "../dist/learning/orthogonality.js";
import { flowDefaults } from "../dist/validity/flow.js";
import { drawSnapshots } from "../dist/validity/selection.js";

export const adapter = nodeAdapter();
export const spec = { name: "kdv", parameters: {} };

/** A machine with that many workers; 1 computes on the main thread. */
export const machineOf = (workers) => openMachine(adapter, { workers });

/** KdV trajectories of a seed: `n` to learn from and `held` more. */
export async function kdvTrajectories(seed, n, held) {
  const machine = await machineOf("auto");
  try {
    return await simulateTrajectories(machine.pool, { equation: spec, trajectories: n + held, seed });
  } finally {
    await machine.close();
  }
}

/** All that a step of learning needs, and `slots` smooth random fields, unit and orthogonal over the data. */
export async function kdvSetting(seed, { n = 16, held = 4, slots = 4, knots = KNOTS } = {}) {
  const { kernels, close } = await machineOf(1);
  const all = await kdvTrajectories(seed, n, held);
  const [train, rest] = partition(all, n);
  const chart = chartOf(train);
  const shape = fieldDomain(train, chart, knots, 1.5 * flowDefaults.sigma);
  const equation = equationOf(spec);
  const draw = (data, count, name) => drawSnapshots(kernels, equation, chart, data, count, stream(seed, name));
  const points = samplePoints(train, chart, MEASURE, stream(seed, "measure"));
  const fields = (count, name, mode = "none") =>
    orthogonalise(kernels, shape, points, smoothFields(shape, count, stream(seed, name)), count, mode).control;
  await close();
  return {
    all,
    train,
    held: rest,
    chart,
    shape,
    equation,
    points,
    pairs: sampleNeighbours(train, chart, PAIRS, stream(seed, "neighbours")),
    snapshots: draw(train, SNAPSHOTS.learn, "snapshots"),
    heldSnapshots: draw(rest, SNAPSHOTS.certify, "held"),
    control: fields(slots, "slots", "projection"),
    fields,
  };
}
