/** The ratio of neighbouring scores that the count of a library run is decided by. */
import { countDefaults } from "../learning/count.js";
import { isNumber, type Maybe } from "./numeral.js";

/**
 * The largest ratio of neighbours in a spectrum, scores taken as at least `floor` and the floor put before them; null where there is no
 * score. Unlike the gap it does not count how far scores lie below the floor, which says nothing.
 */
export function decidingJump(spectrum: readonly Maybe[], floor = countDefaults.floor): number | null {
  const scores = spectrum.filter(isNumber).map((score) => Math.max(score, floor));
  const ratios = scores.map((score, k) => score / (scores[k - 1] ?? floor));
  return ratios.length > 0 ? Math.max(...ratios) : null;
}
