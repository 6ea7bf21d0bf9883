/** How long is a tangent step (4 groups × 4 snapshots, 4 slots), and where does it go? `node bench/tangent.mjs` */
import { stream } from "../dist/engine/random.js";
import { controlLength } from "../dist/engine/shape.js";
import { knotPoints } from "../dist/field/spline.js";
import { lipschitz } from "../dist/learning/lipschitz.js";
import { neuralDefaults } from "../dist/learning/neural.js";
import { orthogonalise } from "../dist/learning/orthogonality.js";
import { sobolev } from "../dist/learning/sobolev.js";
import { chooseBackend } from "../dist/network/backend.js";
import { FieldNetwork } from "../dist/network/fieldnetwork.js";
import { pick } from "../dist/validity/characteristic.js";
import { tangentDefaults, tangentValidity } from "../dist/validity/tangent.js";
import { atLeast, bench, measure } from "./harness.mjs";
import { kdvSetting, machineOf } from "./setting.mjs";

const { groups, snapshots: perGroup } = tangentDefaults;

await bench(import.meta.url, async ({ seed, full }) => {
  const slots = 4;
  const budget = full({ seconds: 3, samples: 20 }, { seconds: 0, samples: 2, warm: 1 });
  const setting = await kdvSetting(seed, full({ slots }, { slots, n: 2, held: 2 }));
  const { shape, snapshots, control, points, pairs } = setting;

  // The whole, as the learner asks for it.
  const machines = await Promise.all([1, 2].map(machineOf));
  const whole = await Promise.all(
    machines.map(async ({ pool }, i) => {
      const validity = tangentValidity(pool, shape, snapshots);
      await validity.prepare();
      const moment = { stream: stream(seed, "batch"), fraction: 0.5 };
      const name = `validity gradient, ${i === 0 ? "one thread" : "2 workers"}`;
      return { name, validity, work: () => validity.gradient({ count: slots, control }, moment) };
    }),
  );
  const wholeRows = await measure("tangent step", whole, budget);
  for (const { validity } of whole) await validity.release();

  // Its parts on one thread: every call of one gradient, without what lies between them.
  const [{ kernels }] = machines;
  const draw = stream(seed, "parts");
  const batches = Array.from({ length: groups }, () =>
    pick(
      snapshots,
      Int32Array.from({ length: perGroup }, () => draw.integer(0, snapshots.count)),
    ),
  );
  const places = perGroup * snapshots.nx;
  const size = controlLength(shape);
  const array = (length) => Float64Array.from({ length }, () => draw.normal());
  const [value, alongT, alongU, derivative] = [3, 3, 3, 9].map((width) => array(width * places));
  const into = [3, 3, 3].map((width) => new Float64Array(width * places));
  const gradient = new Float64Array(size);
  const each = (work) => () => {
    for (const batch of batches) for (let b = 0; b < slots; b++) work(batch, b);
  };
  await chooseBackend("wasm");
  const network = FieldNetwork.create(
    { knotPoints: knotPoints(shape), periodic: [true, false, false], dim: 3, generators: slots },
    stream(seed, "weights"),
  );
  const cotangent = Float32Array.from({ length: network.size }, () => draw.normal());
  const bar = array(control.length);
  const parts = [
    {
      name: "spline jets",
      work: each((batch, b) =>
        kernels.splineJet(shape, control.subarray(b * size, (b + 1) * size), batch.points, value, derivative),
      ),
    },
    { name: "tangent rows", work: each((batch) => kernels.tangentRows(batch, value, alongT, alongU)) },
    {
      name: "tangent rows' pullback",
      work: each((batch) => kernels.tangentRowsPullback(batch, value, alongT, alongU, [1, -1, -1], ...into)),
    },
    {
      name: "spline jets' pullback",
      work: each((batch) => kernels.splineJetPullback(shape, batch.points, value, derivative, gradient)),
    },
    {
      name: "orthogonality and its pullback",
      work: () => orthogonalise(kernels, shape, points, control, slots, "projection").pullback(bar, 1),
    },
    {
      name: "Lipschitz term",
      work: () =>
        lipschitz(kernels, shape, pairs.points, pairs.neighbours, control, slots, neuralDefaults.lipschitzBound),
    },
    { name: "Sobolev term (last tenth of the steps)", work: () => sobolev(kernels, shape, points, control, slots) },
    {
      name: "network, forward and step",
      work: async () => {
        await network.forward();
        await network.step(cotangent, 1e-3);
      },
    },
  ];
  const partRows = await measure("parts of it", parts, full({ seconds: 1, samples: 20 }, budget));
  network.dispose();
  await Promise.all(machines.map((m) => m.close()));
  const ratio = wholeRows[0].median / wholeRows[1].median;
  return { rows: [...wholeRows, ...partRows], goals: [atLeast("one thread over 2 workers", ratio, 1.5, "×")] };
});
