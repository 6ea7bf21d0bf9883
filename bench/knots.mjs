/** How close to the truth does learning KdV come with coarser and finer knots, and what does it cost? `node bench/knots.mjs` */
import { learn } from "../dist/learn.js";
import { bench } from "./harness.mjs";
import { adapter, kdvTrajectories } from "./setting.mjs";

const sizes = [
  [8, 6, 6],
  [12, 8, 8], // the default
  [16, 12, 12],
  [24, 16, 16],
];

await bench(import.meta.url, async ({ seed, full }) => {
  const cells = [];
  for (const own of full([seed, seed + 1, seed + 2], [seed])) {
    const data = await kdvTrajectories(own, full(16, 4), full(4, 1)); // the last fifth is held out
    for (const knots of full(sizes, sizes.slice(0, 1))) {
      const { record } = await learn({ task: "kdv", seed: own, knots, data, ...full({}, { steps: 2 }) }, adapter);
      const angles = record.truth.principalAnglesDegrees;
      cells.push([
        knots.join(" × "),
        own,
        record.count,
        angles.length > 0 ? Math.max(...angles) : null,
        ...[2, 3].map((i) => record.spectrum[i]),
        record.seconds.learn,
        record.seconds.certify,
      ]);
    }
  }
  const columns = ["knots", "seed", "count", "largest angle °", "tangent 3rd", "tangent 4th", "learn s", "certify s"];
  return { tables: [{ columns, cells }] };
});
