/** A residual classifier in training as a file to go on from: its weights with Adam's moments, how far it is, and the settings it belongs to. */
import { readSafetensors, type Tensor, writeSafetensors } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { ResidualState } from "../network/residual/classifier.js";

export interface CourseState {
  readonly settings: string; // whatever tells runs apart
  readonly step: number; // steps done
  readonly seconds: number; // spent on them
  readonly losses: readonly number[]; // as the log has them
  readonly accuracies: readonly number[]; // likewise
  readonly network: ResidualState;
}

const FORMAT = "liefield course 1";
const VECTORS = ["parameters", "first", "second"] as const;
const LIMIT = 2 ** 28; // bytes

export function writeCourse({ settings, step, seconds, losses, accuracies, network }: CourseState): Uint8Array {
  const array = (data: ArrayLike<number>, dtype: "F32" | "F64" = "F32"): Tensor => ({
    dtype,
    shape: [data.length],
    data: Float64Array.from(data),
  });
  return writeSafetensors(
    [
      ...VECTORS.map((name) => [name, array(network[name])] as const),
      ...(network.moments ? [["moments", array(network.moments)] as const] : []),
      ["losses", array(losses, "F64")],
      ["accuracies", array(accuracies, "F64")],
    ],
    [
      ["format", FORMAT],
      ["settings", settings],
      ["numbers", JSON.stringify([step, network.step, seconds])],
    ],
  );
}

/** Throws InputError where the file is no such state, or one of other settings. */
export function readCourse(bytes: Uint8Array, settings: string): CourseState {
  const { tensors, metadata } = readSafetensors(bytes, LIMIT);
  if (metadata.get("format") !== FORMAT)
    throw new InputError(`the file's format is ${JSON.stringify(metadata.get("format"))} but ${FORMAT} is expected`);
  const own = metadata.get("settings");
  if (own !== settings)
    throw new InputError(
      `training began with ${own} but is to go on with ${settings}; use the same settings, or remove the file`,
    );
  const numbers = numbersOf(metadata.get("numbers"));
  const vector = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (!tensor) throw new InputError(`the state of training lacks ${name}; remove the file and begin anew`);
    return Float32Array.from(tensor.data);
  };
  const [step, updates, seconds] = numbers;
  const [parameters, first, second] = VECTORS.map(vector) as [Float32Array, Float32Array, Float32Array];
  const moments = tensors.has("moments") ? vector("moments") : null;
  const list = (name: string): number[] => Array.from(tensors.get(name)?.data ?? []);
  return {
    settings,
    step,
    seconds,
    losses: list("losses"),
    accuracies: list("accuracies"),
    network: { step: updates, births: [], parameters, first, second, moments },
  };
}

function numbersOf(text: string | undefined): [step: number, updates: number, seconds: number] {
  let given: unknown = null;
  try {
    given = JSON.parse(text ?? "");
  } catch {}
  if (!Array.isArray(given) || given.length !== 3 || !given.every((value) => Number.isFinite(value) && value >= 0))
    throw new InputError("how far training is cannot be read from its file; remove it and begin anew");
  return given as [number, number, number];
}
