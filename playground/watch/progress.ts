/** How far the run is, in words and as a bar; spoken at the turns only. */
import type { Progress } from "../../src/learn.js";
import { boxOf, element } from "../element.js";
import { openPainter } from "./painter.js";
import { remaining, Stages } from "./stages.js";

const EVERY = 100; // ms
const SPOKEN = 0.25; // of the whole, between announcements

export interface ProgressBar {
  begin(method: "neural" | "library"): void;
  at(event: Progress): void;
  /** A file is being opened: no telling how long. */
  open(file: string): void;
  /** Hides the bar and says how it ended. */
  end(said: string): void;
}

export function openProgress(): ProgressBar {
  const section = boxOf("progress");
  const bar = element("bar", HTMLProgressElement);
  const painter = openPainter(EVERY);
  const announcer = boxOf("announcer");
  let stages = new Stages("neural", 0);
  let stage = "";
  let spoken = 0;

  return {
    begin(method) {
      stages = new Stages(method, performance.now());
      stage = "";
      spoken = 0;
      bar.removeAttribute("value");
      boxOf("stage").textContent = "Getting ready";
      boxOf("remaining").textContent = "";
      announcer.textContent = "Learning has begun.";
      section.hidden = false;
    },
    at(event) {
      painter.ask("bar", () => {
        const { words, share, left } = stages.at(event, performance.now());
        bar.value = share;
        boxOf("stage").textContent = words;
        boxOf("remaining").textContent = remaining(left);
        if (event.stage === stage && share < spoken + SPOKEN) return;
        stage = event.stage;
        spoken = share;
        announcer.textContent = [words, remaining(left)].filter(Boolean).join(", ");
      });
    },
    open(file) {
      bar.removeAttribute("value");
      boxOf("stage").textContent = `Opening ${file} and solving its equation`;
      boxOf("remaining").textContent = "";
      section.hidden = false;
    },
    end(said) {
      painter.forget();
      if (section.contains(document.activeElement)) boxOf("learn").focus(); // what is hidden would lose the keyboard's place
      section.hidden = true;
      announcer.textContent = said;
    },
  };
}
