/**
 * What every bench shares: timing by benny, medians and quartiles, the environment, one JSON file per question.
 *
 * A bench is a file whose first line is its question and whose last statement is `await bench(import.meta.url, run)`.
 * `node bench/NAME.mjs [--quick] [--seed N] [--out DIR]` answers it.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import benny from "benny";
import { environment, root, start } from "./environment.mjs";
import { printed } from "./table.mjs";

/** Median and quartiles of one or more numbers, by linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
export function quartiles(samples) {
  const sorted = Float64Array.from(samples).sort();
  if (sorted.length === 0) throw new RangeError("quartiles of no samples; measure at least once");
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), samples: sorted.length };
}

/**
 * Times cases one after the other with benny. Each runs `warm` times first, then until both `seconds` have passed and
 * `samples` are taken; calls too short for the clock are grouped, and a sample is then the group's mean.
 *
 * @param {string} title
 * @param {{name: string, work: () => unknown}[]} cases `work` may return a promise; it is never called twice at once
 * @param {{seconds?: number, samples?: number, warm?: number}} budget per case
 * @returns rows {name, unit: "ms", median, lower, upper, samples}
 */
export async function measure(title, cases, { seconds = 1, samples = 10, warm = 3 } = {}) {
  let failure = null;
  const asynchronous = [];
  for (const { work } of cases) {
    let result;
    for (let i = 0; i < Math.max(1, warm); i++) {
      result = work();
      if (result instanceof Promise) await result;
    }
    asynchronous.push(result instanceof Promise);
  }
  const entries = cases.map(({ name, work }, i) =>
    benny.add(
      name,
      probed(work, asynchronous[i], (e) => (failure ??= e)),
    ),
  );
  const options = { minSamples: samples, maxTime: seconds, minTime: 0.005, delay: 0 };
  const say = console.log;
  console.log = () => {}; // benny's own lines; ours come as one table
  let summary;
  try {
    summary = await benny.suite(title, benny.configure({ cases: options }), ...entries);
  } finally {
    console.log = say;
  }
  if (failure) throw failure;
  return summary.results.map(({ name, details }) => ({
    name,
    unit: "ms",
    ...quartiles(details.sampleResults.map((s) => 1000 * s)),
  }));
}

/**
 * `work` as benny takes it. Before measuring, benny calls all cases at once without waiting, to see which return promises:
 * that call is answered without working. Errors are kept, since benny neither passes them on nor stops.
 */
function probed(work, asynchronous, fail) {
  let asked = false;
  if (!asynchronous) {
    return () => {
      if (!asked) return void (asked = true);
      try {
        work();
      } catch (error) {
        fail(error);
      }
    };
  }
  const timed = () => {
    if (asked) return work().catch(fail);
    asked = true;
    return Promise.resolve();
  };
  return async () => timed;
}

/** A row's figure turned round: how much of `amount` (in `unit`) is done per second. */
export function perSecond({ name, median, lower, upper, samples }, amount, unit) {
  const rate = (ms) => (1000 * amount) / ms;
  return { name, unit, median: rate(median), lower: rate(upper), upper: rate(lower), samples };
}

/**
 * How many times as long `slow` takes as `fast`, in this process's own CPU time: they take turns in groups of at least 4 ms, so that
 * what slows one slows the other, and each pair of groups gives a sample. For works that return no promise and use one thread.
 */
export function paired(name, slow, fast, { rounds = 41 } = {}) {
  const timed = (work, calls) => {
    const from = process.cpuUsage();
    for (let i = 0; i < calls; i++) work();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
  let calls = 1;
  while (Math.min(timed(slow, calls), timed(fast, calls)) < 4) calls *= 2; // warms both up
  const ratios = Array.from({ length: rounds }, (_, i) => {
    if (i % 2 === 0) return timed(slow, calls) / timed(fast, calls);
    const after = timed(fast, calls);
    return timed(slow, calls) / after;
  });
  return row(name, "×", ratios);
}

/** A row of figures that were not timed by benny. */
export const row = (name, unit, samples) => ({ name, unit, ...quartiles(samples) });

/** Something aimed at: `value` at most `bound`, or at least. */
export const atMost = (name, value, bound, unit) => ({ name, value, bound: `≤ ${bound} ${unit}`, met: value <= bound });
export const atLeast = (name, value, bound, unit) => ({
  name,
  value,
  bound: `≥ ${bound} ${unit}`,
  met: value >= bound,
});

/** The question a bench file starts with, without the command behind it. */
export function questionOf(file) {
  const [first] = readFileSync(file, "utf8").split("\n", 1);
  const question = /^\/\*\* (.+\?)/.exec(first);
  if (!question) throw new Error(`${file} must start with its question: /** …? */`);
  return question[1];
}

/** Writes under a temporary name, then renames. */
export function writeWhole(path, text) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/**
 * Answers a bench file's question and writes `<out>/<name>.json`, also printed as a table.
 *
 * `run({seed, quick, full, out, child})` returns {rows, goals?, tables?, notes?}: `full(a, b)` is a, or b in quick mode;
 * `child(seconds)` tells of CPU time spent by processes it started.
 */
export async function bench(url, run) {
  const file = fileURLToPath(url);
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      out: { type: "string" },
    },
  });
  const { quick } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`--seed ${values.seed}: pass a whole number from 0`);
  const out = values.out ?? join(root, quick ? "build/bench" : "bench/results");
  const name = basename(file, ".mjs") + (globalThis.Deno ? ".deno" : ""); // results of other runtimes lie beside Node's
  const started = start();
  let childSeconds = 0;
  const child = (seconds) => (childSeconds += seconds);
  mkdirSync(out, { recursive: true });
  const answer = await run({ seed, quick, full: (a, b) => (quick ? b : a), out, child });
  const { rows = [], goals = [], tables = [], notes = [] } = answer;
  const record = {
    schema: 1,
    name,
    question: questionOf(file),
    date: new Date().toISOString(),
    seed,
    quick,
    seconds: (performance.now() - started.clock) / 1000,
    environment: environment(started, childSeconds),
    rows,
    goals: quick ? [] : goals, // a tenth of the work is no measure of the whole
    tables,
    notes,
  };
  writeWhole(join(out, `${name}.json`), `${JSON.stringify(record, null, 1)}\n`);
  console.log(printed(record));
  setTimeout(() => process.exit(), 1000).unref(); // should an engine still hold the event loop open
}
