/** What came of an augmentation, in numbers. */
import type { Moved } from "./augmentjob.js";
import { limits, type Reason, reasons } from "./rejection.js";
import type { Method } from "./resampler.js";

/** Of samples in order: the middle, the 95th percentile, the largest; null of none. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly largest: number;
}

export interface AugmentRecord {
  readonly method: Method;
  readonly seed: number;
  readonly copies: number;
  readonly sigma: readonly number[]; // of each generator, in the data's extents
  readonly asked: number; // trajectories times copies
  readonly kept: number;
  readonly rejected: Readonly<Record<Reason, number>>;
  readonly rows: {
    readonly of: number;
    readonly needed: number;
    readonly least: number;
    readonly median: number;
  } | null; // known, of kept ones
  /** How far points moved, root mean square over a trajectory in the data's extents: all coordinates together, and the mean of each alone. */
  readonly displacement: Spread & { readonly along: Readonly<Record<string, number>> };
  /**
   * Residual over the size of the equation's terms, by central differences of `order`: of the measured copies, of the same rows of the
   * trajectories they were made from (the floor), and copy over floor for each pair. Null where no equation is known or none was measured.
   */
  readonly residual: {
    readonly measured: number;
    readonly order: number;
    readonly moved: number;
    readonly floor: number;
    readonly ratio: Spread;
  } | null;
}

/** What the record keeps of one copy. */
export type Figures = Omit<Moved, "u" | "support">;

export function record(
  all: readonly Figures[],
  of: Pick<AugmentRecord, "method" | "seed" | "copies" | "sigma">,
  coordinates: readonly string[],
  rows: { readonly of: number; readonly needed: number },
  order: number,
): AugmentRecord {
  const kept = all.filter(({ reason }) => reason === null);
  const lengths = Float64Array.from(kept, ({ rows: [first, end] }) => end - first).sort();
  const measured = kept.flatMap(({ residual, floor }) =>
    residual && floor && residual[1] > 0 && floor[0] > 0 ? [{ residual, floor }] : [],
  );
  const total = (pick: "residual" | "floor"): number =>
    measured.reduce((sum, each) => sum + each[pick][0], 0) / measured.reduce((sum, each) => sum + each[pick][1], 0);
  const alongOf = (a: number): number => mean(all.map(({ displacement }) => displacement[a]!));
  return {
    ...of,
    asked: all.length,
    kept: kept.length,
    rejected: Object.fromEntries(
      reasons.map((reason) => [reason, all.filter((each) => each.reason === reason).length]),
    ) as Record<Reason, number>,
    rows: kept.length > 0 ? { ...rows, least: lengths[0]!, median: lengths[Math.floor(lengths.length / 2)]! } : null,
    displacement: {
      ...spread(all.map(({ displacement }) => Math.sqrt(displacement.reduce((sum, d) => sum + d * d, 0)))),
      along: Object.fromEntries(coordinates.map((name, a) => [name, alongOf(a)])),
    },
    residual:
      measured.length > 0
        ? {
            measured: measured.length,
            order,
            moved: total("residual"),
            floor: total("floor"),
            ratio: spread(measured.map(({ residual: [a, b], floor: [c, d] }) => a / b / (c / d))),
          }
        : null,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** NaN counts as infinite. */
function spread(values: readonly number[]): Spread {
  const sorted = values.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { median: at(0.5), p95: at(0.95), largest: sorted[sorted.length - 1]! };
}

/** Why nothing is left, with the numbers and what to do. */
export function nothingLeft(all: readonly Figures[], sigma: readonly number[], needed: number, nt: number): string {
  const of = (reason: Reason): readonly Figures[] => all.filter((each) => each.reason === reason);
  const most = (reason: Reason, figure: (each: Figures) => number): number =>
    of(reason).reduce((largest, each) => Math.max(largest, figure(each)), 0);
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
  const said: Readonly<Record<Reason, () => string>> = {
    folded: () => `folded over (up to ${percent(most("folded", (e) => e.folded))} of their cells)`,
    outside: () =>
      `left the region that was learned (up to ${percent(most("outside", (e) => e.outside))} of their points, ${percent(limits.outside)} allowed)`,
    seam: () =>
      `are not periodic in x (jumps up to ${Number(most("seam", (e) => e.seam).toPrecision(2))} deviations), as the generators are not: leave those out`,
    short: () =>
      `have too few rows (at most ${most("short", (e) => e.rows[1] - e.rows[0])} of ${nt} known, ${needed} needed)`,
  };
  const parts = reasons.flatMap((reason) => (of(reason).length > 0 ? [`${of(reason).length} ${said[reason]()}`] : []));
  return `none of ${all.length} moved trajectories can be used with sigma ${[...new Set(sigma)].join(", ")}: ${parts.join("; ")}; pass a smaller sigma`;
}
