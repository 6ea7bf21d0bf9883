/** `liefield augment`: trajectories of a file moved along the generators of a run, into another file. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Augmented, AugmentOptions, AugmentRecord } from "../augment.js";
import { NpzStream } from "../data/npzstream.js";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { catalogue, equationOf } from "../equation/catalogue.js";
import { coordinatesOf, type EquationSpec } from "../equation/equation.js";
import { text } from "../expression/print.js";
import { decodeFieldFile, type FieldFile } from "../field/fieldfile.js";
import { knownGenerators } from "../reading/truth.js";
import { augmentationTable } from "./augmentation.js";
import type { Context } from "./command.js";
import { checkDestination } from "./destination.js";
import { kernelsOption, workersOption } from "./domain.js";
import { readsOf } from "./generatorsource.js";
import { trajectoriesIn } from "./giventrajectories.js";
import { augmentSchema, choices, defaults, present, validated } from "./options.js";
import { LIMIT, pastRun } from "./pastrun.js";
import { progressOn } from "./progress.js";
import { parametersOf } from "./repeated.js";
import { about, bytesOf } from "./source.js";
import { valuesOf } from "./strict.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

export const augment = command(
  "augment",
  "Moves trajectories along the symmetries of a run by random amounts, puts them back on their grid, and writes those that can be used: u [n, nt, (component,) nx], NaN where nothing is known; support [n, nt], the share of each row that is known; rows [n, 2], the first known row and the one after the last; trajectory [n], s [n, generators], x, t, L.",
  {
    "what is moved": {
      dir: { type: "positional", required: false, description: "Directory of the run, such as runs/kdv-1" },
      data: { type: "positional", required: false, description: "FILE of trajectories, as learn takes them" },
      copies: { type: "string", valueHint: "N", description: `Of each trajectory; default ${defaults.copies}` },
    },
    "along what": {
      generators: {
        type: "string",
        valueHint: "LIST|formulas",
        description: "Generators of the run by number, best first, or what they read as; default those accepted",
      },
      generator: {
        type: "string",
        valueHint: "TEXT",
        description:
          'A generator of your own instead, a component for x, t, u, such as "t, 0, 1"; may come several times',
      },
      true: { type: "boolean", description: "The known symmetries of the equation instead, those periodic in x" },
      sigma: {
        type: "string",
        valueHint: "S",
        description: `How far: uniform in ±S of the data's extents, one for all or one for each, between commas; default ${defaults.sigma}`,
      },
      seed: { type: "string", valueHint: "N", description: `Same seed, same file; default ${defaults.seed}` },
    },
    how: {
      method: {
        type: "string",
        valueHint: choices.transport.join("|"),
        description: `Solve for where each place came from, or scatter as the paper does, or by linear weights; default ${defaults.transport}`,
      },
      rows: { type: "string", valueHint: "N", description: "Rows that must be known, in a run; default 3/7 of all" },
    },
    "what is measured": {
      equation: { type: "string", valueHint: "TEXT", description: "The equation, where the run does not name it" },
      param: { type: "string", valueHint: "NAME=NUMBER", description: "A parameter of it; may come several times" },
      measure: {
        type: "string",
        valueHint: "N",
        description: `Copies whose residual is measured; default ${defaults.measure}`,
      },
    },
    "running and results": {
      workers: workersOption,
      kernels: kernelsOption,
      out: { type: "string", valueHint: "FILE.npz", description: "Where they go; default DIR/augmented.npz" },
      json: { type: "boolean", description: "Print what was done on stdout as one JSON object" },
    },
  },
  runAugment,
);

async function runAugment(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const options = validated(augmentSchema, args);
  const { dir, data: file, copies, sigma, method, rows, measure, seed, workers, kernels, json } = options;
  const texts = valuesOf(rawArgs, "generator");
  const sources = [options.true && "--true", options.generators && "--generators", texts.length > 0 && "--generator"];
  const named = sources.filter((source) => source !== false && source !== undefined);
  if (named.length > 1) throw new InputError(`${named.join(" and ")} came together; give one of them`);
  const out = options.out ?? join(dir, "augmented.npz");
  if (!out.endsWith(".npz")) throw new InputError(`--out ${out} must end in .npz; name it ${out}.npz`);
  const adapter = await work.adapter();
  const { openWrite } = adapter;
  if (!openWrite) throw new InputError(`${adapter.runtime} writes no files piece by piece; use Node or Deno`);
  const field = await fieldIn(dir, adapter);
  const equation = await equationFor(dir, field, options.equation, parametersOf(valuesOf(rawArgs, "param")), adapter);
  const data = await trajectoriesIn(file, adapter, equation ? equationOf(equation).timeOrder : 1);
  const from = sourceOf(options, texts, field, equation);
  await checkDestination(out, "file");
  await mkdir(dirname(out), { recursive: true });
  const begun = adapter.now();
  const progress = progressOn(io.stderr);
  const sink = await openWrite(out);
  let record: AugmentRecord;
  try {
    const { nt, nx, components, x, t, length } = data;
    const npz = new NpzStream(sink, "u", [nt, ...(components === 1 ? [] : [components]), nx]);
    const all: Omit<Augmented, "u">[] = [];
    const take = async ({ u, ...figures }: Augmented): Promise<void> => {
      all.push(figures);
      await npz.append(u);
    };
    const request = { ...from, ...present({ rows }), data, seed, copies, method, measure, workers, kernels, equation };
    const each = sigma.length === 1 ? sigma[0]! : sigma;
    record = await work.augment({ ...request, sigma: each }, adapter, { signal, progress: progress.show, take });
    signal.throwIfAborted();
    const table = (width: number, row: (a: Omit<Augmented, "u">) => ArrayLike<number>) => ({
      shape: [all.length, width],
      data: Float64Array.from(all.flatMap((a) => Array.from(row(a)))),
    });
    await npz.finish([
      ["x", { shape: [nx], data: x }],
      ["t", { shape: [nt], data: t }],
      ["L", { shape: [], data: Float64Array.of(length) }],
      ["support", table(nt, (a) => a.support)],
      ["rows", table(2, (a) => a.rows)],
      ["s", table(record.sigma.length, (a) => a.s)],
      ["trajectory", { shape: [all.length], data: Float64Array.from(all, (a) => a.trajectory) }],
    ]);
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  } finally {
    progress.stop();
  }
  const seconds = adapter.now() - begun;
  io.stderr.write(`${augmentationTable(record, seconds)}\nwritten to ${visible(out)}\n`);
  if (json) io.stdout.write(jsonLine({ schema: 1, version, task: field.task, ...record, out, seconds }));
}

async function fieldIn(dir: string, adapter: Adapter): Promise<FieldFile> {
  const file = join(dir, "field.safetensors");
  const none = (why: string): string =>
    `${dir} holds no generators that can be read: field.safetensors: ${why}; name a directory that learn wrote`;
  const bytes = await bytesOf(adapter, file, SAFETENSORS_LIMIT, none);
  return about(file, () => decodeFieldFile(bytes));
}

/** The equation named, or that of the run: built in, or as its record has it; null where neither says. */
async function equationFor(
  dir: string,
  { task, chart }: FieldFile,
  given: string | undefined,
  parameters: Readonly<Record<string, number>>,
  adapter: Adapter,
): Promise<EquationSpec | null> {
  if (given !== undefined) return checked({ name: "pde", text: given, parameters });
  if (Object.hasOwn(catalogue, task)) return checked({ name: task, parameters });
  const record = await adapter.readFile(join(dir, "run.json"), LIMIT).then(pastRun, () => null);
  if (record?.equationText && task === "pde") return checked({ name: "pde", text: record.equationText, parameters });
  if (Object.keys(parameters).length > 0)
    throw new InputError(
      `--param ${Object.keys(parameters)[0]} came, but ${dir} names no equation that has it; give --equation too, or leave it out`,
    );
  return null;

  function checked(spec: EquationSpec): EquationSpec {
    const names = coordinatesOf(equationOf(spec)).join(", ");
    if (names === chart.names.join(", ")) return spec;
    throw new InputError(
      `the generators of ${dir} act on ${chart.names.join(", ")} but the equation is in ${names}; pass those of one equation`,
    );
  }
}

/** Where the generators come from. */
function sourceOf(
  { generators, true: known }: { readonly generators?: "formulas" | number[] | undefined; readonly true: boolean },
  texts: readonly string[],
  field: FieldFile,
  equation: EquationSpec | null,
): Pick<AugmentOptions, "field" | "formulas" | "generators"> {
  if (texts.length > 0) return { formulas: texts.map((each) => each.split(",").map((part) => part.trim())) };
  if (generators === "formulas") return { formulas: readsOf(field) };
  if (!known) return { field, ...(generators && { generators }) };
  const found = equation && knownGenerators(equation.name, equationOf(equation).parameters, "periodic");
  if (!found)
    throw new InputError(
      `the symmetries of ${equation ? equation.name : field.task} are not on file; leave --true out, or give --generator`,
    );
  const zero = (name: string) => (each: (typeof found)[number]) => (each[name] ? text(each[name]!) : "0");
  return { formulas: found.map((each) => field.chart.names.map((name) => zero(name)(each))) };
}
