/** How long is one training step of the field network, forward and step, at several sizes? `node bench/network.mjs` */
import { stream } from "../dist/engine/random.js";
import { knotPoints } from "../dist/field/spline.js";
import { chooseBackend } from "../dist/network/backend.js";
import { FieldNetwork } from "../dist/network/fieldnetwork.js";
import { engineMemory } from "../dist/network/tensor.js";
import { bench, measure, row } from "./harness.mjs";

const sizes = [
  [[12, 8, 8], 4, 128], // the default
  [[12, 8, 8], 6, 128],
  [[12, 8, 8], 4, 256], // the paper's width
  [[16, 12, 12], 4, 128],
];

const axes = ([x, t, u]) => [
  { kind: "periodic", lo: 0, hi: 1, knots: x },
  { kind: "open", lo: -0.6, hi: 1.6, knots: t },
  { kind: "open", lo: -1.5, hi: 1.5, knots: u },
];

await bench(import.meta.url, async ({ seed, full }) => {
  const from = performance.now();
  const { engine } = await chooseBackend("wasm");
  const rows = [row("start of the engine", "ms", [performance.now() - from])];
  for (const [knots, generators, width] of full(sizes, sizes.slice(0, 1))) {
    const points = knotPoints({ axes: axes(knots), width: 3 });
    const options = { knotPoints: points, periodic: [true, false, false], dim: 3, generators, width };
    const network = FieldNetwork.create(options, stream(seed, "network"));
    const cotangent = Float32Array.from({ length: network.size }, (_, i) => Math.sin(i));
    const label = `${knots.join(" × ")} knots, ${generators} slots, width ${width}`;
    const cases = [
      { name: `${label}: backward`, work: () => network.gradient(cotangent) }, // the forward pass is kept between
      {
        name: `${label}: forward and step`,
        work: async () => {
          await network.forward();
          await network.step(cotangent, 1e-3);
        },
      },
    ];
    rows.push(
      ...(await measure("network", cases, full({ seconds: 3, warm: 10 }, { seconds: 0, samples: 2, warm: 1 }))),
    );
    network.dispose();
  }
  return { rows, notes: [`network engine ${engine}; held at the end: ${JSON.stringify(engineMemory())}`] };
});
