/** An evaluation in words, for page and terminal. */
import type { Compared, Evaluation } from "../use/evaluation.js";
import { numeral } from "./numeral.js";

/** What an error is; `rolloutError` computes it. */
export const METRIC =
  "error: at each time after the first window, the mean square over x of predicted minus true over the mean square of the true solution, averaged over times and test trajectories; each prediction is fed back. 0 is perfect; predicting zero scores 1. zero and persistence are what no learning gives: nothing, and the last time again and again.";

export const SPREAD =
  "± seeds: standard deviation between seeds. Differences are paired: for each seed the same trajectories, initial weights and order of windows; their mean with a 95 % interval by Student's t.";

/** One sentence for every comparison. */
export const sentencesOf = ({ differences }: Evaluation): string[] =>
  differences.map((difference) => {
    const { trajectories, arm, against, mean, pairs } = difference;
    return `${trajectories} trajectories, ${arm} minus ${against}: ${numeral(mean)}${intervalOf(difference)}, ${pairs} ${pairs === 1 ? "seed" : "seeds"}; ${verdictOf(difference)}.`;
  });

export const intervalOf = ({ interval }: Compared): string =>
  interval ? ` (95 %: ${numeral(interval[0])} to ${numeral(interval[1])})` : "";

/** What a comparison says. */
export function verdictOf({ arm, against, interval, share, pairs }: Compared): string {
  const whole =
    share === undefined ? "" : `, ${numeral(100 * Math.abs(share))} % of what the true generators gain over none`;
  if (!interval) return `${pairs < 2 ? "one seed shows no spread" : "no interval"}${whole}`;
  const [low, high] = interval;
  if (high < 0) return `${arm} is better${whole}`;
  if (low > 0) return `${against} is better${whole}`;
  return `no difference beyond the seeds'${whole}`;
}
