/** What became slower since a baseline was stored. */

/**
 * Rows {name, median} against those of the baseline, by name: what got slower or faster by more than the `threshold`, what is no longer there,
 * what is new. `change` is the median over the stored one.
 */
export function regressions(stored, rows, threshold) {
  const slower = [];
  const faster = [];
  const gone = [];
  for (const { name, median } of stored) {
    const now = rows.find((row) => row.name === name);
    if (!now) {
      gone.push(name);
      continue;
    }
    const change = now.median / median;
    if (!(change <= threshold)) slower.push({ name, change });
    else if (change < 1 / threshold) faster.push({ name, change });
  }
  const added = rows.map(({ name }) => name).filter((name) => !stored.some((row) => row.name === name));
  return { slower, faster, gone, added };
}

/** Why a baseline of one environment says little about another; [] where it does. */
export function doubts(stored, here) {
  const out = [];
  const engine = ({ runtime }) => runtime.replace(/^.*V8 (\d+)\..*$/, "V8 $1");
  if (engine(stored) !== engine(here))
    out.push(`the baseline is of ${engine(stored)}, this is ${engine(here)}: store one of its own`);
  if (stored.processor !== here.processor)
    out.push(
      `the baseline is of ${stored.processor}, this is ${here.processor}: ratios to the reference may differ by more than the threshold`,
    );
  return out;
}
