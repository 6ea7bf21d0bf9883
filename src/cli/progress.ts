/** Progress on stderr: a bar on a terminal, plain lines elsewhere. */
import cliProgress from "cli-progress";
import type { Progress } from "../learn.js";
import type { Io } from "./io.js";

type Stage = Progress["stage"] | "train" | "evaluate" | "audit";

export interface ProgressShown {
  show(event: Omit<Progress, "stage"> & { readonly stage: Stage }): void;
  /** Takes the bar away, so that other lines can follow. */
  stop(): void;
}

const words: Readonly<Record<Stage, string>> = {
  data: "making data",
  learn: "learning",
  certify: "certifying",
  report: "reporting",
  augment: "augmenting",
  train: "training",
  evaluate: "evaluating",
  audit: "auditing",
};
const WIDTH = Math.max(...Object.values(words).map((word) => word.length));

/** One bar per stage where stderr is a terminal, otherwise a line per stage and at every tenth of it. */
export function progressOn(stderr: Io["stderr"]): ProgressShown {
  return stderr.isTTY ? bars(stderr) : lines(stderr);
}

function bars(stderr: Io["stderr"]): ProgressShown {
  let bar: cliProgress.SingleBar | null = null;
  let stage = "";
  const stop = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    show(event) {
      if (event.stage !== stage) {
        stop();
        stage = event.stage;
        bar = new cliProgress.SingleBar({
          stream: stderr,
          format: `${words[event.stage].padEnd(WIDTH)} {bar} {percentage} %  {text}`,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          barsize: 30,
          hideCursor: true,
          gracefulExit: false, // interrupts are the command's own business
          fps: 10,
        });
        bar.start(event.of, event.done, { text: event.text ?? "" });
      } else {
        bar?.setTotal(event.of);
        bar?.update(event.done, { text: event.text ?? "" });
      }
    },
    stop,
  };
}

function lines(stderr: Io["stderr"]): ProgressShown {
  let stage = "";
  let next = 0; // tenths
  return {
    show({ stage: now, done, of, text }) {
      if (now !== stage) [stage, next] = [now, 0];
      const tenths = of > 0 ? Math.floor((10 * done) / of) : 10;
      if (tenths < next) return;
      next = tenths + 1;
      stderr.write(`${words[now].padEnd(WIDTH)} ${String(10 * tenths).padStart(3)} %${text ? `  ${text}` : ""}\n`);
    },
    stop() {},
  };
}
