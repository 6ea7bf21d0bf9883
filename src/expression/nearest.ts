/** The known name closest to a mistyped one. */

/** The name that begins as what came, or is within two edits of it (one, up to four letters); null where none is. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = name.length <= 4 ? 2 : 3;
  const begun = known.filter((candidate) => name.length >= 3 && candidate.startsWith(name.toLowerCase()));
  if (begun.length === 1) return begun[0]!;
  for (const candidate of known) {
    if (Math.abs(name.length - candidate.length) >= least) continue; // that many edits at least, and a name may be huge
    const edits = distance(name.toLowerCase(), candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Edits that turn one word into the other, a swap of neighbours counting as one. Damerau (1964), restricted. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  return rows[a.length]![b.length]!;
}
