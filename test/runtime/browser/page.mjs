/** The page under test: the built package and the cases, for a test to call by name. */
import { browserAdapter, download } from "../../../dist/adapter/browser/adapter.js";
import * as session from "../../../dist/adapter/browser/session.js";
import * as liefield from "../../../dist/index.js";
import { conformance } from "../conformance.mjs";

const said = ({ name, message }) => `${name}: ${message}`;

const runInWorker = (options) =>
  new Promise((resolve, reject) => {
    const worker = new Worker("./inworker.js", { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (data.error) reject(new Error(data.error));
      else resolve(data.result);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(options);
  });

/** The record, or what was thrown. */
const learn = (options, adapterOptions = {}) =>
  liefield.learn(options, browserAdapter(adapterOptions)).then(({ record }) => record, said);

/** A learner that reports once, and once told to stop hears nothing any more. */
const STUCK = `onmessage = ({ data }) => {
  if (data.kind === "cancel") for (;;);
  postMessage({ kind: "progress", event: { stage: "learn", done: 1, of: 9, history: [] } });
};`;

/** A session: its events, its end, and how long it took to stop where it was cancelled at the n-th event. */
async function learnInWorker(options, { cancelAt = 0, stuck = false, ...given } = {}) {
  const hooks = stuck
    ? { ...given, learner: () => new Worker(`data:text/javascript,${encodeURIComponent(STUCK)}`) }
    : given;
  const events = [];
  const cancel = new AbortController();
  let cancelled = 0;
  const progress = ({ stage, done, of, history, training }) => {
    const control = training?.splines.control.length ?? 0;
    events.push({ stage, done, of, history: history.map((row) => [...row]), control, at: performance.now() });
    if (events.length !== cancelAt) return;
    cancelled = performance.now();
    cancel.abort(new Error("enough"));
  };
  const end = await session.learnInWorker(options, { progress, signal: cancel.signal, ...hooks }).then(
    (learned) => {
      const [field] = liefield.fieldsOf(learned);
      return {
        record: learned.record,
        loss: learned.figures.loss,
        value: [...field.value(Float64Array.from(learned.chart.names, () => 0.5))],
      };
    },
    (error) => ({ error: said(error), stopped: performance.now() - cancelled }),
  );
  const count = events.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { events, later: events.length - count, ...end };
}

/** What a file asked for says, or what was thrown. `files`: text by name, as if chosen by the user. */
const read = (path, limit, { files = {}, ...options } = {}) => {
  const given = new Map(Object.entries(files).map(([name, text]) => [name, new File([text], name)]));
  return browserAdapter({ ...options, files: given })
    .readFile(path, limit)
    .then((bytes) => new TextDecoder().decode(bytes), said);
};

const write = (path, text, saving) =>
  browserAdapter(saving ? { save: download } : {})
    .writeAtomic(path, text)
    .then(() => "done", said);

globalThis.page = {
  about: () => ({ runtime: browserAdapter().runtime, cores: browserAdapter().cores, isolated: crossOriginIsolated }),
  run: (options) => conformance(liefield, browserAdapter(), options),
  runInWorker,
  learn,
  learnInWorker,
  read,
  write,
};
