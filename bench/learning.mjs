/** How long is learning KdV end to end, stage by stage, and how much memory does it take? `node bench/learning.mjs` */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const file = fileURLToPath(import.meta.url);
if (process.argv[2] === "--once") await once(JSON.parse(process.argv[3]));
else await answer();

/** One run in a process of its own, told on stdout: seconds by stage, peak resident bytes. Imports nothing that a user's run would not. */
async function once({ options, directory }) {
  const [{ learn }, { renderReport }, { nodeAdapter }] = await Promise.all(
    ["learn", "report/html", "adapter/node/adapter"].map((path) => import(`../dist/${path}.js`)),
  );
  const adapter = nodeAdapter();
  const begun = performance.now(); // since the process started
  const { record, figures } = await learn(options, adapter);
  const learned = performance.now();
  await adapter.writeAtomic(join(directory, "report.html"), renderReport(record, figures));
  await adapter.writeAtomic(join(directory, "run.json"), JSON.stringify(record));
  const reported = performance.now();
  const { data, learn: training, certify, total } = record.seconds;
  const stages = { start: begun / 1000, data, learn: training, certify };
  const { user, system } = process.cpuUsage();
  const told = {
    stages: { ...stages, figures: (learned - begun) / 1000 - total, report: (reported - learned) / 1000 },
    resident: process.resourceUsage().maxRSS * 1024,
    cpu: (user + system) / 1e6,
    count: record.count,
    angles: record.truth?.principalAnglesDegrees ?? [],
  };
  process.stdout.write(JSON.stringify(told), () => process.exit());
}

async function answer() {
  const { atMost, bench, measure, row } = await import("./harness.mjs");
  await bench(import.meta.url, async ({ seed, full, child }) => {
    const directory = await mkdtemp(join(tmpdir(), "liefield-bench-"));
    const runs = { tangent: [], flow: [] };
    const run = async (criterion) => {
      const options = { task: "kdv", seed, criterion, ...full({}, { trajectories: 4, steps: 4 }) };
      const settings = JSON.stringify({ options, directory });
      const from = performance.now();
      const { stdout } = await promisify(execFile)(process.execPath, [file, "--once", settings]);
      const told = JSON.parse(stdout);
      child(told.cpu);
      runs[criterion].push({ ...told, wall: (performance.now() - from) / 1000 });
    };
    // The flow takes some times longer: one run to warm the file cache, one that counts.
    await measure("tangent", [{ name: "tangent", work: () => run("tangent") }], {
      seconds: 0,
      samples: full(3, 1),
      warm: 1,
    });
    await measure("flow", [{ name: "flow", work: () => run("flow") }], { seconds: 0, samples: 1, warm: 1 });
    await rm(directory, { recursive: true });

    const rows = Object.entries(runs).flatMap(([criterion, all]) => {
      const counted = all.slice(1);
      const of = (pick) => counted.map(pick);
      return [
        row(
          `${criterion}: wall`,
          "s",
          of((r) => r.wall),
        ),
        ...Object.keys(counted[0].stages).map((stage) =>
          row(
            `${criterion}: ${stage}`,
            "s",
            of((r) => r.stages[stage]),
          ),
        ),
        row(
          `${criterion}: peak resident`,
          "MB",
          of((r) => r.resident / 1e6),
        ),
      ];
    });
    const median = (name) => rows.find((r) => r.name === name).median;
    return {
      rows,
      goals: [
        atMost("tangent, wall", median("tangent: wall"), 10, "s"),
        atMost("tangent, peak resident", median("tangent: peak resident"), 1000, "MB"),
        atMost("flow, wall", median("flow: wall"), 60, "s"),
      ],
      notes: Object.entries(runs).map(([criterion, [{ count, angles }]]) => {
        return `${criterion}: count ${count ?? "undecided"}, angles to the truth ${angles.map((a) => `${a.toFixed(2)}°`).join(", ")}`;
      }),
    };
  });
}
