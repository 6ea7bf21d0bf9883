/**
 * `measure` of the harness where benny cannot run, by the same rule: pages have no Node modules for it, and workerd compiles no code from
 * strings, which it times by.
 */
import { quartiles } from "../quartiles.mjs";

const GROUP = 5; // ms: shorter calls are grouped, and a sample is the mean of its group
const TICKS = 50; // of the clock at least in a group: workerd's has whole milliseconds

/** As the harness's: cases {name, work} one after the other → rows {name, unit: "ms", median, lower, upper, samples}. */
export async function measure(_title, cases, { seconds = 1, samples = 10, warm = 3 } = {}) {
  const rows = [];
  const group = Math.max(GROUP, TICKS * tick());
  for (const { name, work } of cases) {
    for (let i = 0; i < Math.max(1, warm); i++) await work();
    let calls = 1;
    let ms = await timed(work, 1);
    for (; ms < group; ms = await timed(work, calls))
      calls *= ms > 0 ? Math.min(16, Math.max(2, Math.ceil(group / ms))) : 16;
    const taken = [ms / calls];
    const until = performance.now() - ms + 1000 * seconds;
    while (taken.length < samples || performance.now() < until) taken.push((await timed(work, calls)) / calls);
    rows.push({ name, unit: "ms", ...quartiles(taken) });
  }
  return rows;
}

/** ms of so many calls, one after the other; work that returns no promise is not waited for. */
async function timed(work, calls) {
  const from = performance.now();
  for (let i = 0; i < calls; i++) {
    const came = work();
    if (came instanceof Promise) await came;
  }
  return performance.now() - from;
}

/** The least step of the clock in ms, of a few. */
function tick() {
  const steps = Array.from({ length: 5 }, () => {
    const from = performance.now();
    for (let i = 0; i < 1e8; i++) {
      const step = performance.now() - from;
      if (step > 0) return step;
    }
    throw new Error("the clock stands still while work is done; nothing can be timed here");
  });
  return Math.min(...steps);
}
