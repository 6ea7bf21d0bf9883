/** How long does it take to simulate 64 KdV trajectories of the paper's setting? `node bench/data.mjs` */
import { simulateTrajectories } from "../dist/data/simulation.js";
import { atMost, bench, measure } from "./harness.mjs";
import { machineOf, spec } from "./setting.mjs";

await bench(import.meta.url, async ({ seed, full }) => {
  const trajectories = full(64, 4);
  const machines = await Promise.all([1, 2].map(machineOf));
  const request = { equation: spec, trajectories, seed };
  const cases = machines.map(({ pool }, i) => ({
    name: `${trajectories} trajectories, ${i === 0 ? "one thread" : "2 workers"}`,
    work: () => simulateTrajectories(pool, request),
  }));
  const rows = await measure(
    "data",
    cases,
    full({ seconds: 1, samples: 5, warm: 1 }, { seconds: 0, samples: 2, warm: 1 }),
  );
  await Promise.all(machines.map((m) => m.close()));
  const seconds = ((rows[1].median / 1000) * 64) / trajectories;
  return { rows, goals: [atMost("64 trajectories, 2 workers", seconds, 5, "s")] };
});
