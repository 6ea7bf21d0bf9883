/** Measurements of time on a machine that does other work besides: what is quick by itself is slow now and then, never the reverse. */

/** The least of up to `tries` measurements; no more are made once one is below `bound`. */
export async function least(bound: number, measure: () => number | Promise<number>, tries = 5): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries && !(best < bound); i++) best = Math.min(best, await measure());
  return best;
}

/** The milliseconds that `work` takes. */
export async function milliseconds(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
