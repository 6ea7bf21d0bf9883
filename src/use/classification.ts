/** Classifiers trained with several augmentations, several times each: what came of it, in numbers. */

/** One training. Those of one seed share first weights, images, their order, and the images that are asked. */
export interface Cell {
  readonly augmentation: string;
  readonly seed: number;
  readonly accuracy: number; // share of held-out images that get their own label
  readonly fit: number; // likewise of the images learned from, as they are
  readonly seconds: number;
}

export interface Row {
  readonly augmentation: string;
  readonly seeds: number;
  readonly mean: number; // of the accuracies
  readonly spread: number | null; // their standard deviation; null of one
  readonly least: number;
  readonly most: number;
  /** Accuracy above the first augmentation's of the same seed; null for the first itself. */
  readonly gain: { readonly mean: number; readonly spread: number | null; readonly seeds: number } | null;
  readonly seconds: number; // of one, in the mean
}

/** A row for each augmentation that has a cell, in the order given. */
export function rowsOf(cells: readonly Cell[], augmentations: readonly string[]): Row[] {
  const [first] = augmentations;
  const base = new Map(cells.filter((c) => c.augmentation === first).map((c) => [c.seed, c.accuracy]));
  return augmentations.flatMap((augmentation) => {
    const own = cells.filter((cell) => cell.augmentation === augmentation);
    if (own.length === 0) return [];
    const accuracies = own.map(({ accuracy }) => accuracy);
    const pairs = own.flatMap(({ seed, accuracy }) => (base.has(seed) ? [accuracy - base.get(seed)!] : []));
    return {
      augmentation,
      seeds: own.length,
      ...meanOf(accuracies),
      least: Math.min(...accuracies),
      most: Math.max(...accuracies),
      gain: augmentation === first || pairs.length === 0 ? null : { ...meanOf(pairs), seeds: pairs.length },
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
    };
  });
}

function meanOf(values: readonly number[]): { mean: number; spread: number | null } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
