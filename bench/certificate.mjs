/** How long does it take to certify 4 fields against 20 controls on 4 held-out trajectories? `node bench/certificate.mjs` */
import { certificateDefaults, certify, checkData } from "../dist/reading/certificate.js";
import { tangentScores } from "../dist/validity/tangent.js";
import { traceJob } from "../dist/validity/trace.js";
import { atMost, bench, measure } from "./harness.mjs";
import { kdvSetting, machineOf, spec } from "./setting.mjs";

await bench(import.meta.url, async ({ seed, full }) => {
  const setting = await kdvSetting(seed, full({}, { n: 2, held: 1 }));
  const { shape, chart, train, held, heldSnapshots, control } = setting;
  const controls = setting.fields(full(certificateDefaults.controls, 2), "control");
  const { step, halfWidth, stops } = certificateDefaults;
  const trace = { shape, equation: spec, chart, step, halfWidth };
  const request = { ...trace, held, snapshots: heldSnapshots, controls, stops };
  const machines = await Promise.all([1, 2].map(machineOf));
  const [{ pool: here }, { pool: workers }] = machines;
  const session = await here.open(traceJob, { ...trace, data: held });
  const field = control.slice(0, control.length / 4);
  const cases = [
    { name: "certificate, one thread", work: () => certify(here, request, control) },
    { name: "certificate, 2 workers", work: () => certify(workers, request, control) },
    { name: `check of ${train.n} trajectories, 2 workers`, work: () => checkData(workers, trace, train) },
    {
      name: "tangent scores of the fields, 2 workers",
      work: () => tangentScores(workers, shape, heldSnapshots, control),
    },
    {
      name: "tangent scores of the controls, 2 workers",
      work: () => tangentScores(workers, shape, heldSnapshots, controls),
    },
    {
      name: "one trace: a field on a trajectory, 3 stops, one thread",
      work: () => session.run([{ trajectory: 0, stops: Float64Array.from(stops), control: field }]),
    },
  ];
  const budget = full({ seconds: 2, samples: 5, warm: 1 }, { seconds: 0, samples: 1, warm: 1 });
  const rows = await measure("certificate", cases, budget);
  await session.release();
  await Promise.all(machines.map((m) => m.close()));
  return { rows, goals: [atMost("certificate, 2 workers", rows[1].median / 1000, 1, "s")] };
});
