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
import { quartiles } from "./quartiles.mjs";
import { printed } from "./table.mjs";

export { quartiles };

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
 * How many times as long `slow` takes as `fast`, in this process's own CPU time: they take turns in groups of at least `group` ms, so that
 * what slows one slows the other, and each pair of groups gives a sample; `warm` ms of each come before. For works that use one thread.
 */
export async function paired(name, slow, fast, { rounds = 41, group = 4, warm = 0 } = {}) {
  const timed = async ({ work, calls }) => {
    const from = process.cpuUsage();
    for (let i = 0; i < calls; i++) {
      const came = work();
      if (came instanceof Promise) await came;
    }
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / calls;
  };
  const grouped = async (work) => {
    const one = { work, calls: 1 };
    for (let spent = 0, ms = 0; spent < warm || ms < group; spent += ms) {
      if (ms > 0 && ms < group) one.calls *= 2;
      ms = (await timed(one)) * one.calls;
    }
    return one;
  };
  const [left, right] = [await grouped(slow), await grouped(fast)];
  const ratios = [];
  for (let i = 0; i < rounds; i++) {
    const first = await timed(i % 2 === 0 ? left : right);
    const second = await timed(i % 2 === 0 ? right : left);
    ratios.push(i % 2 === 0 ? first / second : second / first);
  }
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

/** What was asked for cannot be had: one line is said, and the process exits 2. */
export class Refused extends Error {}

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
 * `run({seed, quick, full, out, child, values})` returns {rows?, goals?, tables?, notes?} and what else its record shall hold: `full(a, b)` is a,
 * or b in quick mode; `child(seconds)` tells of CPU time spent by processes it started; `values` are those of its own `options`, as
 * parseArgs takes them. `failed: true` makes the process exit 1, after the record is written; `as` and `place` name its file otherwise.
 */
export async function bench(url, run, options = {}) {
  const file = fileURLToPath(url);
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      out: { type: "string" },
      ...options,
    },
  });
  const { quick } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`--seed ${values.seed}: pass a whole number from 0`);
  const out = values.out ?? join(root, quick ? "build/bench" : "bench/results");
  const started = start();
  let childSeconds = 0;
  const child = (seconds) => (childSeconds += seconds);
  const answer = await run({ seed, quick, full: (a, b) => (quick ? b : a), out, child, values }).catch((error) => {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exit(2);
  });
  const { rows = [], goals = [], tables = [], notes = [], failed = false, as, place = out, ...more } = answer;
  const name = as ?? basename(file, ".mjs") + (globalThis.Deno ? ".deno" : ""); // results of other runtimes lie beside Node's
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
    ...more,
  };
  mkdirSync(place, { recursive: true });
  writeWhole(join(place, `${name}.json`), `${JSON.stringify(record, null, 1)}\n`);
  console.log(printed(record));
  if (failed) process.exitCode = 1;
  setTimeout(() => process.exit(), 1000).unref(); // should an engine still hold the event loop open
}
