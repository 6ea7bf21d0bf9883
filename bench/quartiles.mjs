/** Median and quartiles of one or more numbers, by linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
export function quartiles(samples) {
  const sorted = Float64Array.from(samples).sort();
  if (sorted.length === 0) throw new RangeError("quartiles of no samples; measure at least once");
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), samples: sorted.length };
}
