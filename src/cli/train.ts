/** `liefield train`: a neural operator on trajectories of a file, with moved copies among them where generators are named. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { Context } from "./command.js";
import { checkDestination, reason } from "./destination.js";
import { kernelsOption, workersOption } from "./domain.js";
import { generatorOptions, namedGenerators } from "./generatorsource.js";
import { trajectoriesIn } from "./giventrajectories.js";
import { Interrupted } from "./interrupted.js";
import { operatorOptions } from "./operatoroptions.js";
import { choices, defaults, present, trainSchema, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { valuesOf } from "./strict.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

export const train = command(
  "train",
  "Trains a Fourier neural operator to continue windows of trajectories, and writes it as one file; audit and the library take it.",
  {
    "what is learned from": {
      data: {
        type: "positional",
        required: false,
        description: "FILE.npz of trajectories of one component in one space dimension",
      },
      seed: {
        type: "string",
        valueHint: "N",
        description: `Same seed, same operator, on the same engine; default ${defaults.seed}`,
      },
    },
    "copies moved along symmetries": {
      ...generatorOptions,
      method: {
        type: "string",
        valueHint: choices.transport.join("|"),
        description: `How they are put on their grid; default ${defaults.transport}`,
      },
      sigma: {
        type: "string",
        valueHint: "S",
        description: `How far: uniform in ±S of the data's extents along each direction of the generators' span; default ${defaults.evaluation.sigma}`,
      },
      copies: {
        type: "string",
        valueHint: "N",
        description: `Of each trajectory; half of all windows are cut from them; default ${defaults.evaluation.copies}`,
      },
    },
    operator: operatorOptions,
    "running and results": {
      workers: workersOption,
      kernels: kernelsOption,
      out: {
        type: "string",
        valueHint: "FILE.safetensors",
        description: "Where it goes; default operator.safetensors",
      },
      resume: {
        type: "boolean",
        description: "Go on from the checkpoint that an interrupted training of the same options left beside --out",
      },
      json: { type: "boolean", description: "Print what was done on stdout as one JSON object" },
    },
  },
  runTrain,
);

const BETWEEN = 10; // seconds between checkpoints

async function runTrain(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const options = validated(trainSchema, args);
  const { data: file, seed, method, sigma, copies, preset, epochs, width, modes, resume, json } = options;
  const { backend, workers, kernels } = options;
  const out = options.out ?? "operator.safetensors";
  if (!out.endsWith(".safetensors"))
    throw new InputError(`--out ${out} must end in .safetensors; name it ${out}.safetensors`);
  await checkDestination(out, "file");
  const adapter = await work.adapter();
  const named = await namedGenerators(options, valuesOf(rawArgs, "generator"), adapter);
  if (!named) {
    const idle = ["method", "sigma", "copies"].find((name) => args[name] !== undefined);
    if (idle)
      throw new InputError(
        `--${idle} is for copies moved along generators; give --field or --generator too, or leave it out`,
      );
  }
  const data = await trajectoriesIn(file, adapter);
  const checkpoint = `${out}.checkpoint`;
  const left = (await readdir(dirname(out)).catch((): string[] => [])).includes(basename(checkpoint));
  if (left && !resume)
    io.stderr.write(
      `${visible(checkpoint)} is left from a training before; this one begins anew, --resume would go on from it\n`,
    );
  if (resume && !left) io.stderr.write(`no ${visible(checkpoint)}: the training begins anew\n`);
  const from =
    resume && left
      ? await adapter.readFile(checkpoint, SAFETENSORS_LIMIT).catch((error) => {
          throw new InputError(`${checkpoint} cannot be read: ${reason(error)}; leave --resume out to begin anew`);
        })
      : undefined;
  await mkdir(dirname(out), { recursive: true });
  const begun = adapter.now();
  const progress = progressOn(io.stderr);
  let reached = 0;
  try {
    const trained = await work.train(
      {
        ...{ data, seed, preset, backend },
        settings: present({ epochs, width, modes }),
        ...(from && { resume: from }),
        every: BETWEEN,
        async checkpoint(bytes, epoch) {
          await adapter.writeAtomic(checkpoint, bytes);
          reached = epoch;
        },
      },
      named && { ...named.choice, sigma, along: "span", copies, method, workers, kernels },
      adapter,
      {
        signal,
        progress: ({ step, steps, epoch, epochs: all, loss }) =>
          progress.show({
            ...{ stage: "train", done: step, of: steps },
            text: `epoch ${epoch + 1} of ${all}, loss ${loss.toPrecision(2)}`,
          }),
      },
      progress.show,
    );
    signal.throwIfAborted();
    progress.stop();
    await adapter.writeAtomic(out, trained.bytes);
    await rm(checkpoint, { force: true });
    const seconds = adapter.now() - begun;
    const { history, engine, kept } = trained;
    io.stderr.write(
      `trained on ${data.n} trajectories of ${visible(file)}${named ? ` and ${kept} copies moved along ${named.names.length} generators` : ""}, preset ${preset}, seed ${seed}, by ${engine}: ` +
        `loss ${history.at(-1)!.toPrecision(2)} after ${history.length} epochs, ${history[0]!.toPrecision(2)} in the first; ${seconds.toFixed(1)} s\nwritten to ${visible(out)}\n`,
    );
    if (json)
      io.stdout.write(
        jsonLine({
          schema: 1,
          version,
          data: file,
          seed,
          preset,
          generators: named?.names ?? [],
          kept,
          history,
          engine,
          out,
          seconds,
        }),
      );
  } catch (error) {
    progress.stop();
    if (!signal.aborted || reached === 0) throw error;
    throw new Interrupted(`interrupted; the same command with --resume goes on after epoch ${reached}`);
  }
}
