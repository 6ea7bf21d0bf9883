/** Seeded trajectories of an equation, built in or as text, simulated in shards of a few rows. */
import { InputError, NumericalError } from "../engine/error.js";
import type { Pool, Session } from "../engine/job.js";
import { stream } from "../engine/random.js";
import { type CatalogueRow, equationOf, type InitialData, outputTimes, rowOf } from "../equation/catalogue.js";
import type { EquationSpec } from "../equation/equation.js";
import { type Failure, LIMITS } from "./failure.js";
import { axis, type Grid, places } from "./grid.js";
import { initialStates } from "./initial.js";
import { checkPeriods } from "./periods.js";
import { type Args, FACTORS, joined, type Reply, type Setup, simulateJob } from "./simulatejob.js";
import type { Solution } from "./solve.js";
import { halvingsFor } from "./stepsearch.js";
import type { Trajectories } from "./trajectories.js";

export { simulateJob };

/** What is simulated; domain, sampling and initial data from the equation's row unless given. */
export interface SimulationRequest {
  readonly equation: EquationSpec;
  readonly trajectories: number;
  readonly seed: number;
  readonly length?: number; // period in x
  readonly nx?: number;
  readonly lengthY?: number; // period in y; where x's is given and this is not, the same
  readonly ny?: number; // likewise
  readonly time?: number; // last output
  readonly outputs?: number; // uniform in [0, time], all kept
  readonly initial?: InitialData;
}

const ROWS = 2; // per shard: what one pair of vector lanes carries
const AT_ONCE = 4; // shards between looks at the signal

/**
 * Trajectories [n, used outputs, states, nx(, ny)]. The same seed gives the same first trajectories however many follow. For an equation given
 * as text the step is found from the first two, on twice as many points where the grid proves too coarse. Throws NumericalError that
 * names trajectory and time where one blows up. With `take` they are handed over a few at a time, in order, and none are held: what is returned
 * then has n = 0.
 */
export async function simulateTrajectories(
  pool: Pool,
  request: SimulationRequest,
  signal?: AbortSignal,
  progress?: (done: number, of: number) => void,
  take?: (part: Trajectories) => void | Promise<void>,
): Promise<Trajectories> {
  const equation = equationOf(request.equation);
  const row = sized(rowOf(request.equation), request);
  const { trajectories: n, seed } = request;
  if (!Number.isInteger(n) || n < 1) throw new InputError(`trajectories is ${n}; pass a whole number of at least 1`);
  const { nx, length, ny, lengthY } = row;
  const grid: Grid = ny === undefined || lengthY === undefined ? { nx, length } : { nx, length, ny, lengthY };
  checkPeriods(equation, grid);
  const known = request.equation.text === undefined;
  const dropped = row.outputs - row.used;
  const all = outputTimes(row);
  const times = all.slice(known ? dropped : 0); // an unknown equation is watched from the start
  const step = known ? row.step : null;
  const setup: Setup = { equation: request.equation, grid, times, coleHopf: row.solver === "coleHopf", step };
  const states = equation.components.length * equation.timeOrder;
  const own = states * places(grid); // numbers of one state
  checkSize(n, take !== undefined, row, own);
  const u0 = initialStates(stream(seed, "initial"), row.initial, Math.max(n, ROWS), equation, grid);
  const kept = (u: Float64Array): Float64Array => (known ? u : withoutFirst(u, times.length * own, dropped * own));
  const session = await pool.open(simulateJob, setup);
  try {
    const { how, u } = known
      ? { how: {}, u: null }
      : await stepFor(session, setup, u0.slice(0, ROWS * own), own, signal);
    const parts: Float64Array[] = [];
    let made = 0; // trajectories
    const along = ny === undefined || lengthY === undefined ? {} : { ny, y: axis(ny, lengthY), lengthY };
    const t = all.slice(dropped);
    const frame = { nt: t.length, components: states, nx, x: axis(nx, length), t, length, ...along };
    const add = async (part: Float64Array): Promise<void> => {
      const count = part.length / (t.length * own);
      made += count;
      if (take) await take({ u: part, n: count, ...frame });
      else parts.push(part);
    };
    if (u) await add(kept(u.slice(0, Math.min(n, ROWS) * times.length * own)));
    const shards: Args[] = [];
    for (let first = made; first < n; first += ROWS)
      shards.push({ task: "solve", first, u0: u0.slice(first * own, Math.min(n, first + ROWS) * own), ...how });
    for (let at = 0; at < shards.length; at += AT_ONCE) {
      signal?.throwIfAborted();
      for (const { u, failure } of await session.run(shards.slice(at, at + AT_ONCE))) {
        if (failure) throw failed(failure, made, grid);
        await add(kept(u));
      }
      progress?.(made, n);
    }
    return { u: joined(parts), n: take ? 0 : n, ...frame };
  } finally {
    await session.release();
  }
}

const MOST = 2 ** 28; // numbers in all: 2 GB

/** Throws InputError for data that no memory holds: all of them, or where they are handed over as they are made, those that are made at once. */
function checkSize(n: number, handedOver: boolean, { outputs, nx, ny }: CatalogueRow, own: number): void {
  if (n * own > MOST)
    throw new InputError(
      `the initial states of ${n} trajectories are ${(n * own).toPrecision(2)} numbers but at most ${MOST.toPrecision(2)} are possible; pass fewer trajectories, or a smaller nx`,
    );
  const held = handedOver ? Math.min(n, AT_ONCE * ROWS) : n;
  if (held * outputs * own <= MOST) return;
  const grid = ny === undefined ? `${nx}` : `${nx} × ${ny}`;
  const which = handedOver ? `${held} trajectories, as many as are made at once,` : `${n} trajectories`;
  throw new InputError(
    `${which} of ${outputs} outputs on ${grid} points are ${(held * outputs * own).toPrecision(2)} numbers but at most ${MOST.toPrecision(2)} are possible; pass fewer trajectories or outputs, or a smaller nx`,
  );
}

/** Rows of `size` numbers without the first `count` of each. */
function withoutFirst(rows: Float64Array, size: number, count: number): Float64Array {
  if (count === 0) return rows;
  const left = size - count;
  return Float64Array.from({ length: (rows.length / size) * left }, (_, i) => {
    return rows[Math.floor(i / left) * size + count + (i % left)]!;
  });
}

/** How an equation given as text is to be solved, from its first trajectories, and these solved that way. */
async function stepFor(
  session: Session<Args, Reply>,
  { grid, times }: Setup,
  u0: Float64Array,
  own: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly how: Pick<Args, "base" | "halvings" | "factor">; readonly u: Float64Array | null }> {
  const run = (shards: readonly Omit<Args, "first" | "u0">[]): Promise<Reply[]> => {
    signal?.throwIfAborted();
    return session.run(shards.map((args) => ({ first: 0, u0: u0.slice(), ...args })));
  };
  let failure: Failure | null = null;
  for (const factor of FACTORS) {
    const { base } = (await run([{ task: "base", factor }]))[0]!;
    const trial = (levels: readonly number[]): Promise<Solution[]> =>
      run(levels.map((halvings) => ({ task: "trial", base, halvings, factor })));
    const found = await halvingsFor(trial, times[times.length - 1]! / base, own, times.length);
    failure = found.solution.failure;
    if (failure === null) return { how: { base, halvings: found.halvings, factor }, u: found.solution.u };
  }
  throw failed(failure!, 0, grid);
}

function failed({ row, time, kind }: Failure, first: number, { nx, ny }: Grid): NumericalError {
  const points = ny === undefined ? `${nx}` : `${nx} × ${ny}`;
  const at = time.toPrecision(3);
  return new NumericalError(
    kind === "growth"
      ? `trajectory ${first + row} grew beyond ${LIMITS.growth} times its initial size before t = ${at}; pass a smaller --time or amplitude, or check the sign of the highest derivative: an ill-posed equation grows at once`
      : `trajectory ${first + row} is no longer resolved by ${points} points, nor by twice as many, at t = ${at}; pass a smaller --time or a larger --nx, or add dissipation`,
  );
}

/** A row with the request's domain in place of its own. */
function sized(row: CatalogueRow, request: SimulationRequest): CatalogueRow {
  const { length, nx, time, outputs, lengthY, ny, initial } = request;
  for (const [name, value] of Object.entries({ length, nx, time, outputs, lengthY, ny }))
    if (value !== undefined && !(value > 0 && Number.isFinite(value)))
      throw new InputError(`${name} is ${value}; pass a positive number`);
  const planar = row.ny !== undefined;
  if (!planar && (lengthY !== undefined || ny !== undefined))
    throw new InputError("lengthY and ny are for two space dimensions but the equation has one; leave them out");
  return {
    ...row,
    length: length ?? row.length,
    nx: nx ?? row.nx,
    ...(planar ? { lengthY: lengthY ?? length ?? row.lengthY!, ny: ny ?? nx ?? row.ny! } : {}),
    time: time ?? row.time,
    outputs: outputs ?? row.outputs,
    used: outputs ?? row.used,
    initial: initial ?? row.initial,
  };
}

/** The first `count` trajectories and the others. */
export function partition(data: Trajectories, count: number): [Trajectories, Trajectories] {
  const size = data.nt * data.components * places(data);
  return [
    { ...data, n: count, u: data.u.slice(0, count * size) },
    { ...data, n: data.n - count, u: data.u.slice(count * size) },
  ];
}
