/**
 * A run of the neural learner as a file to go on from: the network with Adam's moments, the stream of batches, what the score has fixed, the
 * history, and the settings it belongs to. On the same engines going on gives the bits that an unbroken run gives.
 */
import { readSafetensors, type Tensor, writeSafetensors } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { LearnerState } from "../learning/neural.js";
import type { Birth } from "../network/networkstate.js";

/** Settings by name, as texts: a run goes on under those it began with. */
export type Settings = Readonly<Record<string, string>>;

export interface Checkpoint {
  readonly settings: Settings;
  readonly engine: string; // what ran it until here
  readonly phase: number; // trainings that are done: 1 while flows refine what tangents found
  readonly done: Done;
  readonly seconds: number; // spent on learning
  readonly learner: LearnerState; // of the training under way
}

/** What the trainings before this one leave in the result. */
export interface Done {
  readonly history: readonly Float64Array[]; // [K] a step
  readonly skipped: readonly number[]; // steps
}

const FORMAT = "liefield checkpoint 1";
const HISTORY = ["history", "before.history"] as const;
const WEIGHTS = "network.";
const MOST = { text: 10_000, numbers: 1000 } as const;

/** The file's bytes. */
export function encodeCheckpoint({ settings, engine, phase, done, seconds, learner }: Checkpoint): Uint8Array {
  const { network, batches, validity, step, skipped } = learner;
  const tensors: [string, Tensor][] = Object.entries(network.arrays).map(([name, array]) => [
    WEIGHTS + name,
    { dtype: "F32", shape: [array.length], data: Float64Array.from(array) },
  ]);
  for (const [name, rows] of [
    [HISTORY[0], learner.history],
    [HISTORY[1], done.history],
  ] as const) {
    const slots = rows[0]?.length ?? 0;
    const data = new Float64Array(rows.length * slots);
    for (const [i, row] of rows.entries()) data.set(row, i * slots);
    tensors.push([name, { dtype: "F64", shape: [rows.length, slots], data }]);
  }
  const numbers = { phase, seconds, step, updates: network.step };
  return writeSafetensors(tensors, [
    ["format", FORMAT],
    ["settings", JSON.stringify(settings)],
    ["engine", engine],
    ["numbers", JSON.stringify(numbers)],
    ["skipped", JSON.stringify(skipped)],
    ["before.skipped", JSON.stringify(done.skipped)],
    ["births", JSON.stringify(network.births)],
    ["batches", JSON.stringify(batches)],
    ["validity", JSON.stringify(validity)],
  ]);
}

/** What a file says. It is not trusted: whatever is missing or of another kind throws InputError. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const format = metadata.get("format");
  if (format !== FORMAT)
    throw new InputError(
      `a file of format "${FORMAT}" is expected but ${format === undefined ? "none is named" : `${JSON.stringify(format.slice(0, 40))} came`}; pass a checkpoint that liefield wrote`,
    );
  if (!metadata.has("checksum")) throw damaged("checksum is missing");
  const settings = json(metadata, "settings");
  if (!isRecord(settings) || !Object.values(settings).every((value) => typeof value === "string"))
    throw damaged("settings are no texts by name");
  const numbers = json(metadata, "numbers");
  const number = (name: string): number => {
    const value = isRecord(numbers) && Object.hasOwn(numbers, name) ? numbers[name] : undefined;
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw damaged(`number "${name}" is missing`);
    return value;
  };
  const arrays: Record<string, Float32Array> = Object.create(null);
  for (const [name, { data }] of tensors)
    if (name.startsWith(WEIGHTS)) arrays[name.slice(WEIGHTS.length)] = Float32Array.from(data);
  return {
    settings: settings as Settings,
    engine: text(metadata, "engine"),
    phase: whole(number("phase"), "phase"),
    done: { history: rowsOf(tensors, HISTORY[1]), skipped: steps(metadata, "before.skipped") },
    seconds: number("seconds"),
    learner: {
      step: whole(number("step"), "step"),
      skipped: steps(metadata, "skipped"),
      network: { step: whole(number("updates"), "updates"), births: birthsOf(metadata), arrays },
      batches: list(metadata, "batches"),
      validity: list(metadata, "validity"),
      history: rowsOf(tensors, HISTORY[0]),
    },
  };
}

/** Throws InputError that names the first setting in which a checkpoint and what is asked differ. */
export function checkSettings(saved: Settings, asked: Settings): void {
  for (const name of new Set([...Object.keys(asked), ...Object.keys(saved)])) {
    const [was, is] = [saved, asked].map((of) => (Object.hasOwn(of, name) ? of[name]! : "none"));
    if (was === is) continue;
    throw new InputError(
      `the checkpoint belongs to another run: its ${name} is ${shown(was!)} but ${shown(is!)} is asked; go on with the options it began with, or begin anew without resuming`,
    );
  }
}

const shown = (value: string): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value);

const damaged = (what: string): InputError =>
  new InputError(`the checkpoint cannot be used: its ${what}; begin anew without resuming`);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function text(metadata: ReadonlyMap<string, string>, key: string): string {
  const found = metadata.get(key);
  if (found === undefined || found.length > 64 * MOST.text) throw damaged(`${key} is missing or too long`);
  return found;
}

function json(metadata: ReadonlyMap<string, string>, key: string): unknown {
  try {
    return JSON.parse(text(metadata, key));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw damaged(`${key} is not JSON`);
  }
}

function list(metadata: ReadonlyMap<string, string>, key: string): number[] {
  const value = json(metadata, key);
  if (!Array.isArray(value) || value.length > MOST.numbers || !value.every((x) => Number.isFinite(x)))
    throw damaged(`${key} is no list of numbers`);
  return value;
}

const steps = (metadata: ReadonlyMap<string, string>, key: string): number[] =>
  list(metadata, key).map((step) => whole(step, key));

function birthsOf(metadata: ReadonlyMap<string, string>): Birth[] {
  const value = json(metadata, "births");
  const isPair = (pair: unknown): pair is { step: number; warm: number } =>
    isRecord(pair) && [pair.step, pair.warm].every((x) => typeof x === "number" && Number.isFinite(x) && x >= 0);
  if (!Array.isArray(value) || value.length > MOST.numbers || !value.every(isPair))
    throw damaged("births is no list of steps");
  return value.map(({ step, warm }) => ({ step, warm }));
}

function whole(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw damaged(`number "${what}" is not whole`);
  return value;
}

function rowsOf(tensors: ReadonlyMap<string, Tensor>, name: string): Float64Array[] {
  const tensor = tensors.get(name);
  if (tensor?.shape.length !== 2) throw damaged(`tensor "${name}" is no table`);
  const [count, slots] = tensor.shape as [number, number];
  return Array.from({ length: count }, (_, i) => tensor.data.slice(i * slots, (i + 1) * slots));
}
