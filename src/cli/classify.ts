/** `liefield classify`: classifiers trained with and without the symmetries of a run, compared on images that none of them saw. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { imagesOf } from "../data/imageset.js";
import { DEFAULT_LIMIT, readNpz } from "../data/npz.js";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { decodeFieldFile } from "../field/fieldfile.js";
import type { Cell, ClassifyOptions } from "../learn/classify.js";
import { classificationTable } from "./classification.js";
import type { Context } from "./command.js";
import { checkDestination, reason } from "./destination.js";
import { kernelsOption, taskOption } from "./domain.js";
import { Interrupted } from "./interrupted.js";
import { choices, classifySchema, defaults, present, tasksOfImages, validated } from "./options.js";
import { type PastComparison, pastComparison } from "./pastcomparison.js";
import { progressOn } from "./progress.js";
import { valuesOf } from "./strict.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

const { classify: own } = defaults;
const LIMIT = 2 ** 22; // bytes of a comparison

export const classify = command(
  "classify",
  "Trains image classifiers with several augmentations and several seeds, on equal terms, and compares them on held-out images. What is there already is kept: the same command goes on where it was stopped.",
  {
    "what is classified": {
      task: taskOption("Which images", tasksOfImages),
      data: {
        type: "string",
        valueHint: "FILE.npz",
        description: "Task images: images [n, height, width(, channels)], labels [n]; a fifth is held out",
      },
      train: { type: "string", valueHint: "N", description: `Images to learn from; default ${own.train}` },
      tested: { type: "string", valueHint: "N", description: "Held-out images to ask; default all" },
      variation: {
        type: "string",
        valueHint: choices.variation.join("|"),
        description: "Each held-out image is moved at random so; those to learn from stay as they are; default plain",
      },
    },
    augmentation: {
      augmentations: {
        type: "string",
        valueHint: "LIST",
        description: `Of ${choices.augmentations.join(", ")}, between commas: not at all; flips and shifts by whole pixels; random affine maps; along generators. The first is what the others are measured by; default all, learned where generators come`,
      },
      field: {
        type: "string",
        valueHint: "DIR|FILE",
        description: "Generators for learned: a run's directory or its field.safetensors; those accepted",
      },
      generators: { type: "string", valueHint: "LIST", description: "Those by number instead, best first" },
      generator: {
        type: "string",
        valueHint: "TEXT",
        description: 'A generator of your own instead, components for x, y, such as "-y, x"; may come several times',
      },
      sigma: {
        type: "string",
        valueHint: "S",
        description: `How far along generators: uniform in ±S half edges, one for all or one for each, between commas; default ${own.sigma}`,
      },
    },
    training: {
      network: {
        type: "string",
        valueHint: choices.network.join("|"),
        description: `What is trained; default ${own.network}`,
      },
      epochs: { type: "string", valueHint: "N", description: `Times each image is shown; default ${own.epochs}` },
      seeds: { type: "string", valueHint: "LIST", description: `Between commas; default ${own.seeds}` },
    },
    "running and results": {
      backend: {
        type: "string",
        valueHint: choices.backend.join("|"),
        description: `What runs the network; default ${defaults.backend}`,
      },
      kernels: kernelsOption,
      out: { type: "string", valueHint: "FILE.json", description: "Where they go; default runs/classify-TASK.json" },
      json: { type: "boolean", description: "Print the result on stdout as one JSON object" },
    },
  },
  runClassify,
);

async function runClassify(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const options = validated(classifySchema, args);
  const { task, data, field, seeds, epochs, json, backend, kernels, sigma, out: named, ...rest } = options;
  const texts = valuesOf(rawArgs, "generator").map((each) => each.split(",").map((part) => part.trim()));
  const out = named ?? `runs/classify-${task}.json`;
  if ((task === "images") !== (data !== undefined))
    throw new InputError(
      task === "images" ? "the task images takes images; pass --data FILE.npz" : "--data is for the task images",
    );
  if (field !== undefined && texts.length > 0)
    throw new InputError("--field and --generator came together; give one of them");
  await checkDestination(out, "file");
  const adapter = await work.adapter();
  const asked: ClassifyOptions = {
    ...{ task, seeds, backend, kernels },
    ...present(rest),
    ...(sigma && { sigma: sigma.length === 1 ? sigma[0]! : sigma }),
    ...(epochs !== undefined && { course: { epochs } }),
    ...(data !== undefined && { images: await imagesIn(data, adapter) }),
    ...(field !== undefined && { field: await fieldIn(field, adapter) }),
    ...(texts.length > 0 && { formulas: texts }),
  };
  // seeds and augmentations may be added to what is there; all else must be as it was
  const { augmentations, ...others } = rest;
  const settings = JSON.stringify({ task, data, field, texts, sigma, epochs, ...others });
  const bytes = await adapter.readFile(out, LIMIT).catch(() => null);
  const before = bytes && pastComparison(bytes);
  if (before && before.settings !== settings)
    throw new InputError(
      `${out} holds a comparison under other settings (${visible(before.settings)}); name another --out, or remove it`,
    );
  const cells: Cell[] = [...(before?.cells ?? [])];
  if (cells.length > 0) io.stderr.write(`${visible(out)} holds ${cells.length} trainings already\n`);
  await mkdir(dirname(out), { recursive: true });
  const progress = progressOn(io.stderr);
  const written = (engine: string): PastComparison => ({ schema: 1, version, task, settings, engine, cells });
  let classified: Awaited<ReturnType<typeof work.classify>>;
  try {
    classified = await work.classify(asked, adapter, {
      signal,
      known: cells,
      progress: (done, of, text) => progress.show({ stage: "learn", done, of, text }),
      async trained(cell) {
        cells.push(cell);
        await adapter.writeAtomic(out, `${JSON.stringify(written(before?.engine ?? "unknown"), null, 1)}\n`);
      },
    });
  } catch (error) {
    if (!signal.aborted || cells.length === 0) throw error;
    throw new Interrupted(`interrupted with ${cells.length} trainings done; the same command goes on from there`);
  } finally {
    progress.stop();
  }
  await adapter.writeAtomic(out, `${JSON.stringify(written(classified.engine), null, 1)}\n`);
  io.stderr.write(`${classificationTable(classified.rows)}\nwritten to ${visible(out)}\n`);
  if (json)
    io.stdout.write(jsonLine({ ...written(classified.engine), cells: classified.cells, rows: classified.rows, out }));
}

async function imagesIn(file: string, adapter: Adapter) {
  const bytes = await adapter.readFile(file, DEFAULT_LIMIT).catch((error) => {
    throw new InputError(`--data ${file} cannot be read: ${reason(error)}; check the path`);
  });
  return about(`--data ${file}`, () => imagesOf(readNpz(bytes)));
}

async function fieldIn(path: string, adapter: Adapter) {
  const file = path.endsWith(".safetensors") ? path : join(path, "field.safetensors");
  const bytes = await adapter.readFile(file, SAFETENSORS_LIMIT).catch((error) => {
    throw new InputError(`--field ${file} cannot be read: ${reason(error)}; name a directory that learn wrote`);
  });
  return about(`--field ${file}`, () => decodeFieldFile(bytes));
}

function about<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${what}: ${error.message}`);
    throw error;
  }
}
