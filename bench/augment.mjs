/** How long do 1 000 augmented KdV trajectories of the paper's size take, into a file, and how much memory? `node bench/augment.mjs` */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const file = fileURLToPath(import.meta.url);
if (process.argv[2] === "--once") await once(process.argv.slice(3));
else await answer();

/** The command in a process of its own, told on stderr when it is done: seconds, CPU seconds of all threads, peak resident bytes. */
async function once(words) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    const told = {
      wall: performance.now() / 1000,
      cpu: (user + system) / 1e6,
      resident: process.resourceUsage().maxRSS * 1024,
    };
    process.stderr.write(`\n${JSON.stringify(told)}\n`);
  });
  const { run } = await import("../dist/cli/command.js");
  const { processIo } = await import("../dist/cli/io.js");
  const { work } = await import("../dist/cli/work.js");
  process.exitCode = await run(words, processIo(), work);
  process.exit();
}

async function answer() {
  const { atMost, bench, measure, row } = await import("./harness.mjs");
  const { adapter } = await import("./setting.mjs");
  const [
    { learn },
    { writeField },
    { simulate },
    { arraysOf },
    { writeNpz },
    { Resampler },
    { readField },
    { simdKernels },
  ] = await Promise.all(
    [
      ...["learn", "learn/fields", "simulate", "data/check", "data/npz", "use/resampler", "learn/fields"],
      "engine/simd/simd",
    ].map((path) => import(`../dist/${path}.js`)),
  );
  const { lengthsOf } = await import("../dist/use/reach.js");
  const { randomAmounts } = await import("../dist/use/amounts.js");
  await bench(import.meta.url, async ({ seed, full, child }) => {
    const directory = await mkdtemp(join(tmpdir(), "liefield-bench-"));
    const few = { trajectories: 4, steps: 40, certificate: { controls: 2, stops: [0.1] } };
    const learned = await learn({ task: "kdv", seed, ...full({}, few) }, adapter);
    const bytes = writeField(learned);
    await writeFile(join(directory, "field.safetensors"), bytes);
    const data = await simulate({ task: "kdv", seed: seed + 1000, trajectories: 25 }, adapter);
    await writeFile(join(directory, "a.npz"), writeNpz(arraysOf(data)));
    const copies = full(40, 1);
    const runs = [];
    for (let i = 0; i < full(3, 1); i++) {
      const words = [directory, join(directory, "a.npz"), "--generators", "1,2,3", "--copies", `${copies}`];
      const { stderr } = await promisify(execFile)(process.execPath, [file, "--once", "augment", ...words]);
      const told = JSON.parse(stderr.trim().split("\n").at(-1));
      child(told.cpu);
      runs.push(told);
    }
    await rm(directory, { recursive: true });

    const kernels = await simdKernels();
    const { generators, chart } = readField(bytes, { kernels });
    const lengths = lengthsOf(generators, data, chart);
    const reach = Array.from(lengths, (length, k) => (k < 3 ? 0.1 / length : 0));
    const size = data.nt * data.nx;
    const one = { ...data, n: 1, u: data.u.slice(0, size) };
    let copy = 0;
    const next = () => randomAmounts(seed, reach, copy++);
    const cases = [
      { name: "one trajectory made ready", work: () => new Resampler(kernels, one, generators) },
      ...["preimage", "scatter", "bilinear"].map((method) => {
        const resampler = new Resampler(kernels, one, generators);
        return { name: `one copy, ${method}, one thread`, work: () => resampler.move(next(), method) };
      }),
    ];
    const rows = await measure(
      "augment",
      cases,
      full({ seconds: 2, samples: 10 }, { seconds: 0, samples: 1, warm: 1 }),
    );
    const of = (name, unit, pick) => row(name, unit, runs.map(pick));
    const wall = of(`${25 * copies} trajectories into a file, 2 workers, all told`, "s", (r) => r.wall);
    const memory = of("its peak resident memory", "MB", (r) => r.resident / 1e6);
    return {
      rows: [wall, of("its processor time", "s", (r) => r.cpu), memory, ...rows],
      goals: [atMost("1 000 trajectories", wall.median, 30, "s"), atMost("peak resident", memory.median, 500, "MB")],
    };
  });
}
