/** How far a run is: its stage in words, the share done of the whole, and how long it may still take. */
import type { Progress } from "../../src/learn.js";

type Stage = Progress["stage"];

/** Shares of a run's time, measured on KdV: by the neural learner 0.6, 9 and 1.3 s, by the library 0.3, 0.1 and 0.6 s. */
const SHARES: Readonly<Record<"neural" | "library", readonly (readonly [Stage, number])[]>> = {
  neural: [
    ["data", 0.06],
    ["learn", 0.82],
    ["certify", 0.12],
  ],
  library: [
    ["data", 0.3],
    ["learn", 0.1],
    ["certify", 0.6],
  ],
};

const WORDS: Readonly<Record<Stage, string>> = {
  augment: "Moving solutions",
  data: "Simulating solutions",
  learn: "Learning fields",
  certify: "Checking on solutions that learning never saw",
  report: "Writing it up",
};

export interface Standing {
  readonly words: string;
  readonly share: number; // of the whole, 0 to 1, never less than before
  readonly left: number | null; // s; null while there is too little to tell by
}

const TOLD = 0.04; // of the whole, before time is estimated

export class Stages {
  private share = 0;

  constructor(
    private readonly method: "neural" | "library",
    private readonly start: number, // ms
  ) {}

  at({ stage, done, of }: Pick<Progress, "stage" | "done" | "of">, now: number): Standing {
    let before = 0;
    for (const [name, part] of SHARES[this.method]) {
      if (name === stage) {
        this.share = Math.max(this.share, before + part * Math.min(1, done / Math.max(1, of)));
        break;
      }
      before += part;
    }
    const { share } = this;
    const passed = (now - this.start) / 1000;
    const counted =
      of > 1 && (stage !== "learn" || this.method === "neural") ? `: ${unit(stage)} ${done} of ${of}` : "";
    return {
      words: `${WORDS[stage]}${counted}`,
      share,
      left: share >= TOLD ? (passed * (1 - share)) / share : null,
    };
  }
}

const unit = (stage: Stage): string => (stage === "learn" ? "step" : stage === "data" ? "solution" : "move");

/** "about 8 s left". */
export function remaining(left: number | null): string {
  if (left === null) return "";
  if (left < 1.5) return "almost done";
  if (left < 20) return `about ${Math.round(left)} s left`;
  if (left < 90) return `about ${5 * Math.round(left / 5)} s left`;
  return `about ${Math.round(left / 60)} min left`;
}
