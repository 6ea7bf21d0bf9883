/**
 * Times lists of steps on one engine, as plain numbers. Runs in every runtime: `own` is what it lends, {measure, timer, adapter,
 * options}; `options` are those of chooseBackend.
 */
import { openMachine } from "../../dist/engine/machine.js";
import { chooseBackend } from "../../dist/network/backend.js";
import { steps } from "./steps.mjs";
import { sweeps } from "./sweeps.mjs";

const lists = { steps, sweeps };
const kernelsOf = { wasm: "simd", cpu: "oracle" };
const ELSEWHERE = "runs on the processor, whatever runs the network";

/**
 * @param {{list: "steps" | "sweeps", engine: string, seed: number, quick: boolean, seconds: number, patience: number}} request
 * `seconds` per step; one whose call takes longer than `patience` seconds is timed once, and larger ones of its kind are left out.
 * @returns {{runtime: string, cores: number, timer: string, engine: string}} with `missing`, the reason, or with {gpu, rows}; a row is {name,
 * kind, size, unit, median, lower, upper, samples} or {name, kind, size, missing}, in a sweep with {amount, of}, and where there is one with a `note`
 */
export async function measured(own, request) {
  const { runtime, cores } = own.adapter;
  return { runtime, cores, timer: own.timer, engine: request.engine, ...(await timesOf(own, request.engine, request)) };
}

async function timesOf(own, engine, request) {
  let machine = null;
  try {
    const { gpu } = await chooseBackend(engine, own.options);
    if (engine in kernelsOf) machine = await openMachine(own.adapter, { workers: 1, kernels: kernelsOf[engine] });
    const described = gpu ? { gpu: { name: gpu.name, software: gpu.software, ...(await identity()) } } : {};
    return { ...described, rows: await rowsOf(own, machine, request) };
  } catch (error) {
    return { missing: reasonOf(error) };
  } finally {
    await machine?.close();
  }
}

/** An error's first line, without the advice for the command line around it. */
const reasonOf = (error) =>
  String(error?.message ?? error)
    .split("\n")[0]
    .replace(/^--backend \w+: /, "")
    .replace(/; use --backend .*$/, "");

/** What the adapter says of itself, in its own words. */
async function identity() {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const { vendor = "", architecture = "", device = "", description = "" } = adapter?.info ?? {};
  return { vendor, architecture, device, description };
}

async function rowsOf(own, machine, { list, seed, quick, seconds, patience }) {
  const ended = new Map(); // kind → how its last step went, where no larger one is tried
  const rows = [];
  for (const step of lists[list]) {
    const { kind, size, unit, amount, on, tiny } = step;
    if (quick && !tiny) continue;
    const row = { name: `${kind}: ${size}`, kind, size, ...(amount && { amount, of: unit }) };
    if (on === "kernels" && !machine) rows.push({ ...row, missing: ELSEWHERE });
    else if (ended.has(kind)) rows.push({ ...row, missing: `left out: the smaller one ${ended.get(kind)}` });
    else
      try {
        const made = await step.make(machine, seed, own.options);
        const times = await timed(own, row.name, made, { quick, seconds, patience });
        if (times.median > 1000 * patience) ended.set(kind, `took ${(times.median / 1000).toFixed(1)} s`);
        rows.push({ ...row, ...times, ...(made.note && { note: made.note }) });
      } catch (error) {
        rows.push({ ...row, missing: reasonOf(error) });
        ended.set(kind, "failed");
      }
  }
  return rows;
}

async function timed({ measure }, name, { work, end }, { quick, seconds, patience }) {
  const once = async () => {
    const from = performance.now();
    await work();
    return performance.now() - from;
  };
  try {
    await once(); // compiles
    const ms = await once();
    if (ms > 1000 * patience) return { unit: "ms", median: ms, lower: ms, upper: ms, samples: 1 };
    const fits = Math.min(10, Math.max(3, Math.ceil((1000 * seconds) / ms)));
    const budget = quick ? { seconds: 0, samples: 2, warm: 1 } : { seconds, samples: fits, warm: 2 };
    const [{ unit, median, lower, upper, samples }] = await measure(name, [{ name, work }], budget);
    return { unit, median, lower, upper, samples };
  } finally {
    end();
  }
}
