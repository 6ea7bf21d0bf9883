/** The page: what is shown follows from one phase, and every change of phase is made here. */
import { download } from "../src/adapter/browser/download.js";
import { learnInWorker } from "../src/adapter/browser/session.js";
import type { Learned, LearnOptions } from "../src/learn.js";
import { spectrum } from "../src/report/spectrum.js";
import { version } from "../src/version.js";
import { boxOf, buttonOf } from "./element.js";
import { onFile } from "./files.js";
import { openFlow } from "./flow/flow.js";
import { openForm } from "./form/form.js";
import { foundBy, foundIn } from "./found.js";
import { openKeeper } from "./mover/client.js";
import { LIMIT } from "./mover/limit.js";
import { hideResult, showOpened, showRun } from "./result/result.js";
import { inForm } from "./result/words.js";
import { openProgress } from "./watch/progress.js";
import { openWatch } from "./watch/watch.js";

/** `idle`: nothing yet, or a run that was cancelled or failed. `opened`: fields from a file; they can be moved, not reported on. */
type Phase = "idle" | "learning" | "learned" | "opening" | "opened";

const problem = boxOf("problem");
const complain = (sentence: string): void => {
  problem.textContent = inForm(sentence);
  problem.hidden = false;
};
const sentence = (error: unknown): string => {
  const { message } = error as Error;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
};

const form = openForm(complain);
const progress = openProgress();
const watch = openWatch();
const keeper = openKeeper();
const flow = openFlow(keeper, (error) => complain(sentence(error)));
let running: AbortController | null = null;
let name = "field"; // of files, without what follows the dot
let phase: Phase = "idle";

function enter(next: Phase): void {
  phase = next;
  document.body.dataset.phase = next;
  buttonOf("cancel").disabled = next !== "learning";
  buttonOf("learn").textContent = next === "learning" ? "Learn anew" : "Learn";
  boxOf("keep").hidden = next !== "learned";
}

/** Everything that belongs to an earlier run or file. */
function clear(): void {
  running?.abort(new DOMException("another run was begun", "AbortError"));
  problem.hidden = true;
  watch.hide();
  flow.hide();
  hideResult();
}

async function learn(options: LearnOptions): Promise<void> {
  clear();
  const own = new AbortController();
  running = own;
  const method = options.method ?? "neural";
  enter("learning");
  progress.begin(method);
  watch.begin(method);
  try {
    const learned = await learnInWorker(options, {
      signal: own.signal,
      workerUrl: new URL("./worker.js", import.meta.url),
      progress: (event) => {
        if (running !== own) return;
        progress.at(event);
        if (event.training) watch.train(event.training, event.history);
      },
    });
    if (running !== own) return;
    await finish(learned, options);
  } catch (error) {
    if (running !== own) return; // another run has the page
    running = null;
    if (own.signal.aborted) {
      progress.end("Cancelled.");
    } else {
      progress.end("Learning ended without a result.");
      watch.hide();
      complain(sentence(error));
    }
    enter("idle");
  }
}

/** One part of the page after the other, each in a task of its own. */
async function finish(learned: Learned, options: LearnOptions): Promise<void> {
  running = null;
  const { record, figures, chart } = learned;
  name = `${record.task}-${record.seed}`;
  const { parameters = {}, length, time } = options;
  const setting = { parameters, ...(length !== undefined && { length }), ...(time !== undefined && { time }) };
  const movable = keeper.ask({ kind: "keep", learned, setting });
  progress.end(showRun(record, figures));
  enter("learned");
  await nextFrame();
  const { shown, choices } = foundBy(learned);
  watch.end(shown, chart, spectrum(record));
  await nextFrame();
  flow.show(await movable, choices);
}

const nextFrame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

async function open(file: File): Promise<void> {
  clear();
  running = null;
  enter("opening");
  try {
    if (file.size > LIMIT) throw new Error(`${file.name} has ${file.size} bytes; a field has at most ${LIMIT}`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const opened = await keeper.ask({ kind: "open", bytes }, [bytes.buffer]);
    progress.end(showOpened(opened, file.name));
    enter("opened");
    const { shown, choices } = foundIn(opened);
    watch.begin("library");
    watch.end(shown, opened.chart, false);
    flow.show(opened, choices);
  } catch (error) {
    progress.end("The file was not opened.");
    complain(sentence(error));
    enter("idle");
  }
}

async function save(kind: "field" | "report"): Promise<void> {
  try {
    if (kind === "field") await download(`${name}.safetensors`, await keeper.ask({ kind }));
    else await download(`${name}.html`, await keeper.ask({ kind }));
  } catch (error) {
    complain(sentence(error));
  }
}

form.onSubmit(() => {
  problem.hidden = true;
  const options = form.options();
  if (options) void learn(options);
});
buttonOf("cancel").addEventListener("click", () => running?.abort(new DOMException("cancelled", "AbortError")));
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && phase === "learning") running?.abort(new DOMException("cancelled", "AbortError"));
});
buttonOf("save-field").addEventListener("click", () => void save("field"));
buttonOf("save-report").addEventListener("click", () => void save("report"));
onFile((file) => void open(file));
boxOf("version").textContent = version;
enter("idle");
