/** Where one engine overtakes another along a sweep. */

/**
 * From rows {amount, median} of the same sweep on both: the least amount from which `left` is at least as fast as `right` at it and at all
 * larger ones that both were measured at.
 *
 * @returns {{from: number | null, near: number | null, smallest: number, largest: number, ratio: number} | null} `near` lies between `from` and
 * the amount before it, where the ratio of the medians passes 1 if both follow powers of the amount, and is null where `left` is faster from
 * the smallest on; `ratio` is left over right at the largest; null where no amount has both.
 */
export function crossing(left, right) {
  const both = left
    .map(({ amount, median }) => ({
      amount,
      ratio: median / (right.find((row) => row.amount === amount)?.median ?? Number.NaN),
    }))
    .filter(({ ratio }) => ratio > 0)
    .sort((a, b) => a.amount - b.amount);
  if (both.length === 0) return null;
  const last = both.at(-1);
  const slower = both.findLastIndex(({ ratio }) => ratio > 1);
  const range = { smallest: both[0].amount, largest: last.amount, ratio: last.ratio };
  if (slower === both.length - 1) return { from: null, near: null, ...range };
  const from = both[slower + 1].amount;
  if (slower < 0) return { from, near: null, ...range };
  const [a, b] = [both[slower], both[slower + 1]];
  const share = Math.log(a.ratio) / (Math.log(a.ratio) - Math.log(b.ratio));
  return { from, near: a.amount * (b.amount / a.amount) ** share, ...range };
}

/** The same in words; `of` is what the amounts count. */
export function inWords(found, of, figure) {
  if (!found) return "not measured on both";
  const { from, near, smallest, largest, ratio } = found;
  if (from === null)
    return `not within the sizes tried, ${smallest} to ${largest} ${of}: ${figure(ratio)} times as long at the last`;
  if (near === null) return `faster from the smallest tried on, ${from} ${of}`;
  return `from about ${figure(near)} ${of} on (measured faster from ${from}; ${figure(1 / ratio)} times as fast at ${largest})`;
}
