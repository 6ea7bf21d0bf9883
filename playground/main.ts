/** The page: what is shown follows from one phase, and every change of phase is made here. */
import { download } from "../src/adapter/browser/download.js";
import { learnInWorker } from "../src/adapter/browser/session.js";
import { InputError } from "../src/engine/error.js";
import type { LearnOptions } from "../src/learn.js";
import { spectrumFigure } from "../src/report/spectrum.js";
import { version } from "../src/version.js";
import { boxOf, buttonOf } from "./element.js";
import { onFile } from "./files.js";
import { openFlow } from "./flow/flow.js";
import { openForm } from "./form/form.js";
import { foundBy, foundIn } from "./found.js";
import { openKeeper } from "./keeper/client.js";
import { LIMIT } from "./keeper/limit.js";
import { hideResult, showOpened, showRun } from "./result/result.js";
import { inForm } from "./result/words.js";
import { openProgress } from "./watch/progress.js";
import { openWatch } from "./watch/watch.js";

/** `idle`: nothing yet, or it was cancelled or failed. `opened`: fields from a file; they can be moved, not kept again or reported on. */
type Phase = "idle" | "learning" | "learned" | "opening" | "opened";

/** One core is left to the page; with none to spare the learner does everything on its own thread. */
const THREADS = Math.max(1, navigator.hardwareConcurrency - 1);

const form = openForm(complain);
const progress = openProgress();
const watch = openWatch();
const keeper = openKeeper();
const flow = openFlow(keeper, (error) => complain(sentence(error)));
let phase: Phase;
let current = new AbortController(); // of the run or file that has the page
let name = "field"; // of files, without what follows the dot

const busy = (at: Phase): boolean => at === "learning" || at === "opening";

function enter(next: Phase): void {
  phase = next;
  document.body.dataset.phase = next;
  buttonOf("learn").textContent = next === "learning" ? "Learn anew" : "Learn";
  boxOf("keep").hidden = next !== "learned";
}

function complain(said: string): void {
  boxOf("problem").textContent = inForm(said);
  boxOf("problem").hidden = false;
}

function sentence(error: unknown): string {
  const { message } = error as Error;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** Takes the page for one piece of work, from what had it before; `work` throws the signal's reason as soon as it aborts. */
async function take(next: Phase, otherwise: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  current.abort(new DOMException("something else was begun", "AbortError"));
  const own = new AbortController();
  current = own;
  boxOf("problem").hidden = true;
  watch.hide();
  flow.hide();
  hideResult();
  enter(next);
  try {
    await work(own.signal);
  } catch (error) {
    if (own !== current) return;
    if (own.signal.aborted) {
      watch.stop();
      progress.end("Cancelled.");
    } else {
      watch.hide();
      progress.end(otherwise);
      complain(sentence(error));
    }
    enter("idle");
  }
}

function cancel(): void {
  if (busy(phase)) current.abort(new DOMException("cancelled", "AbortError"));
}

/** Each part of the result in a task of its own. */
const learn = (options: LearnOptions): Promise<void> =>
  take("learning", "Learning ended without a result.", async (signal) => {
    const { method = "neural", parameters = {}, length, time } = options;
    progress.begin(method);
    watch.begin(method);
    reveal("progress");
    const learned = await learnInWorker(
      { ...options, workers: THREADS },
      {
        signal,
        workerUrl: new URL("./worker.js", import.meta.url),
        progress(event) {
          progress.at(event);
          if (event.training) watch.train(event.training, event.history);
        },
      },
    );
    await frame(signal);
    const setting = { parameters, ...(length !== undefined && { length }), ...(time !== undefined && { time }) };
    const movable = keeper.ask({ kind: "keep", learned, setting });
    await frame(signal);
    const { record, figures, chart } = learned;
    name = `${record.task}-${record.seed}`;
    progress.end(showRun(record, figures));
    enter("learned");
    reveal("result");
    await frame(signal);
    const { shown, choices } = foundBy(learned);
    watch.end(shown, chart, spectrumFigure(record));
    await frame(signal);
    flow.show(await movable, choices);
  });

const open = (file: File): Promise<void> =>
  take("opening", "The file was not opened.", async (signal) => {
    if (file.size > LIMIT)
      throw new InputError(
        `${file.name} has ${file.size} bytes but a field at most ${LIMIT}; choose a file that was downloaded here`,
      );
    progress.open(file.name);
    reveal("progress");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const stop = (): void => keeper.stop(signal.reason); // a stranger's equation may take minutes to solve
    signal.addEventListener("abort", stop);
    const opened = await keeper.ask({ kind: "open", bytes }, [bytes.buffer]);
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
    progress.end(showOpened(opened, file.name));
    enter("opened");
    reveal("result");
    await frame(signal);
    const { shown, choices } = foundIn(opened);
    watch.begin("library");
    watch.end(shown, opened.chart, false);
    await frame(signal);
    flow.show(opened, choices);
  });

async function save(kind: "field" | "report"): Promise<void> {
  try {
    if (kind === "field") await download(`${name}.safetensors`, await keeper.ask({ kind }));
    else await download(`${name}.html`, await keeper.ask({ kind }));
  } catch (error) {
    complain(sentence(error));
  }
}

/** After the next frame, or soon where the page is hidden and has none. Throws the signal's reason. */
async function frame(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (document.hidden) setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
  signal.throwIfAborted();
}

/** Scrolls to what is new; at once where motion is unwanted. */
function reveal(id: string): void {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  boxOf(id).scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

form.onSubmit(() => {
  boxOf("problem").hidden = true;
  const options = form.options();
  if (options) void learn(options);
});
buttonOf("cancel").addEventListener("click", cancel);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") cancel();
});
buttonOf("save-field").addEventListener("click", () => void save("field"));
buttonOf("save-report").addEventListener("click", () => void save("report"));
onFile((file) => void open(file));
boxOf("version").textContent = version;
enter("idle");
