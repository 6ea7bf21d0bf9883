/** Seeded trajectories of a catalogue equation, simulated in shards of a few rows. */
import { InputError } from "../engine/error.js";
import type { Job, Pool } from "../engine/job.js";
import { stream } from "../engine/random.js";
import { type CatalogueRow, catalogueRow, equationOf, outputTimes } from "../equation/catalogue.js";
import type { EquationSpec } from "../equation/equation.js";
import { coleHopf } from "./colehopf.js";
import { initialData } from "./initial.js";
import { simulate } from "./simulate.js";
import type { Trajectories } from "./trajectories.js";

/** What is simulated; domain and sampling from the equation's row unless given. */
export interface SimulationRequest {
  readonly equation: EquationSpec;
  readonly trajectories: number;
  readonly seed: number;
  readonly length?: number; // period in x
  readonly nx?: number;
  readonly time?: number; // last output
  readonly outputs?: number; // uniform in [0, time], all kept
}

interface Setup {
  readonly equation: EquationSpec;
  readonly length: number;
  readonly nx: number;
  readonly times: Float64Array;
  readonly step: number;
}

interface Args {
  readonly u0: Float64Array; // [rows, nx]
  readonly first: number; // number of the first row among all
}

export const simulateJob: Job<Setup, Setup, Args, Float64Array> = {
  name: "simulate",
  prepare: (_, setup) => setup,
  run(kernels, { equation: spec, ...setup }, { u0, first }) {
    const equation = equationOf(spec);
    if (catalogueRow(spec.name).solver === "etdrk4") return simulate(kernels, { ...setup, equation, first }, u0).u;
    return coleHopf(kernels, { ...setup, nu: equation.parameters.nu!, first }, u0).u;
  },
};

const ROWS = 2; // per shard: what one pair of vector lanes carries

/** Trajectories [n, used outputs, 1, nx]. The same seed gives the same first trajectories however many follow. */
export async function simulateTrajectories(
  pool: Pool,
  request: SimulationRequest,
  signal?: AbortSignal,
  progress?: (done: number, of: number) => void,
): Promise<Trajectories> {
  const row = sized(catalogueRow(request.equation.name), request);
  const { trajectories: n, seed } = request;
  if (!Number.isInteger(n) || n < 1) throw new InputError(`trajectories is ${n}; pass a whole number of at least 1`);
  const u0 = initialData(stream(seed, "initial"), row.initial, n, row.nx);
  const times = outputTimes(row)
    .subarray(row.outputs - row.used)
    .slice();
  const setup: Setup = { equation: request.equation, length: row.length, nx: row.nx, times, step: row.step };
  const session = await pool.open(simulateJob, setup);
  const shards: Args[] = [];
  for (let first = 0; first < n; first += ROWS) {
    shards.push({ first, u0: u0.slice(first * row.nx, Math.min(n, first + ROWS) * row.nx) });
  }
  const parts: Float64Array[] = [];
  for (let at = 0; at < shards.length; at += 4) {
    signal?.throwIfAborted();
    parts.push(...(await session.run(shards.slice(at, at + 4))));
    progress?.(Math.min(n, parts.length * ROWS), n);
  }
  await session.release();
  const u = new Float64Array(n * times.length * row.nx);
  let at = 0;
  for (const part of parts) {
    u.set(part, at);
    at += part.length;
  }
  const x = Float64Array.from({ length: row.nx }, (_, i) => (i * row.length) / row.nx);
  return { u, n, nt: times.length, components: 1, nx: row.nx, x, t: times, length: row.length };
}

/** A row with the request's domain in place of its own. */
function sized(row: CatalogueRow, { length, nx, time, outputs }: SimulationRequest): CatalogueRow {
  for (const [name, value] of Object.entries({ length, nx, time, outputs })) {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new InputError(`${name} is ${value}; pass a positive number`);
    }
  }
  return {
    ...row,
    length: length ?? row.length,
    nx: nx ?? row.nx,
    time: time ?? row.time,
    outputs: outputs ?? row.outputs,
    used: outputs ?? row.used,
  };
}

/** The first `count` trajectories and the others. */
export function partition(data: Trajectories, count: number): [Trajectories, Trajectories] {
  const size = data.nt * data.components * data.nx;
  return [
    { ...data, n: count, u: data.u.slice(0, count * size) },
    { ...data, n: data.n - count, u: data.u.slice(count * size) },
  ];
}
