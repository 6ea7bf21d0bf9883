/** A trained operator as a safetensors file: each weight a tensor under its name, its two moments beside it, all else as strings of the metadata. */
import { readSafetensors, SAFETENSORS_LIMIT, type Tensor, writeSafetensors } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { OptimiserState } from "../network/operator/adamw.js";
import { checkState } from "../network/operator/adamw.js";
import { checkShape, type OperatorShape, weightsOf } from "../network/operator/shape.js";
import type { Scale } from "../use/windows.js";

export interface OperatorFile {
  readonly shape: OperatorShape;
  readonly scale: Scale;
  readonly epoch: number; // epochs done
  readonly training: string; // seed and settings of the training, one line: it goes on only under the same
  readonly history: readonly number[]; // mean loss of each epoch done
  readonly state: OptimiserState;
}

const FORMAT = "liefield operator 1";
const SIZES = ["nx", "inputs", "outputs", "width", "modes", "layers", "hidden"] as const;
const LONGEST = 100_000; // epochs

/** F32 as they are; with `moments` training can go on from them, without them the file is a third as long. */
export function encodeOperator(file: OperatorFile, moments = true): Uint8Array {
  const { shape, scale, epoch, training, history, state } = file;
  const tensors = weightsOf(shape).flatMap((weight) =>
    (moments ? ["", ".first", ".second"] : [""]).map((suffix): [string, Tensor] => {
      const data = Float64Array.from(state.arrays[weight.name + suffix]!);
      return [weight.name + suffix, { dtype: "F32", shape: weight.shape, data }];
    }),
  );
  return writeSafetensors(tensors, [
    ["format", FORMAT],
    ["shape", JSON.stringify(Object.fromEntries(SIZES.map((name) => [name, shape[name]])))],
    ["scale", JSON.stringify([scale.mean, scale.deviation])],
    ["step", String(moments ? state.step : 0)],
    ["epoch", String(epoch)],
    ["training", training],
    ["history", JSON.stringify(history)],
  ]);
}

/** What a file says, with every part checked against the others. Throws InputError; `limit` is in bytes. */
export function decodeOperator(bytes: Uint8Array, limit: number = SAFETENSORS_LIMIT): OperatorFile {
  const { tensors, metadata } = readSafetensors(bytes, limit);
  const format = metadata.get("format");
  if (format !== FORMAT)
    throw new InputError(
      `a file of format "${FORMAT}" is expected but ${format === undefined ? "none is named" : `${JSON.stringify(format.slice(0, 40))} came`}; pass one that an operator was saved to`,
    );
  const sizes = parsed(metadata, "shape");
  if (typeof sizes !== "object" || sizes === null || Object.keys(sizes).sort().join() !== [...SIZES].sort().join())
    throw wrong("shape", `must hold ${SIZES.join(", ")}`);
  const shape = sizes as OperatorShape; // its numbers are looked at next
  checkShape(shape);
  const [mean, deviation, ...more] = numbers(metadata, "scale");
  if (mean === undefined || deviation === undefined || more.length > 0 || !(deviation > 0))
    throw wrong("scale", "must be a mean and a positive deviation");
  const history = numbers(metadata, "history");
  const epoch = whole(metadata, "epoch");
  if (history.length !== epoch || epoch > LONGEST) throw wrong("history", `must hold ${epoch} numbers, one per epoch`);
  const arrays = Object.create(null) as Record<string, Float32Array>;
  for (const weight of weightsOf(shape))
    for (const suffix of ["", ".first", ".second"]) {
      const tensor = tensors.get(weight.name + suffix);
      if (!tensor) continue; // looked at below
      if (tensor.shape.join() !== weight.shape.join())
        throw wrong(
          weight.name + suffix,
          `must have shape [${weight.shape.join(", ")}], not [${tensor.shape.join(", ")}]`,
        );
      if (!tensor.data.every(Number.isFinite)) throw wrong(weight.name + suffix, "holds numbers that are not finite");
      arrays[weight.name + suffix] = Float32Array.from(tensor.data);
    }
  const state = { step: whole(metadata, "step"), arrays };
  checkState(weightsOf(shape), state);
  return { shape, scale: { mean, deviation }, epoch, training: metadata.get("training") ?? "", history, state };
}

const wrong = (part: string, what: string): InputError =>
  new InputError(`the operator's file is not usable: ${part} ${what}; pass one that an operator was saved to`);

function parsed(metadata: ReadonlyMap<string, string>, key: string): unknown {
  try {
    return JSON.parse(metadata.get(key) ?? "");
  } catch {
    throw wrong(key, "is missing or no JSON");
  }
}

function numbers(metadata: ReadonlyMap<string, string>, key: string): number[] {
  const list = parsed(metadata, key);
  if (!Array.isArray(list) || !list.every((x): x is number => typeof x === "number" && Number.isFinite(x)))
    throw wrong(key, "must be a list of finite numbers");
  return list;
}

function whole(metadata: ReadonlyMap<string, string>, key: string): number {
  const value = parsed(metadata, key);
  if (!(typeof value === "number" && Number.isSafeInteger(value) && value >= 0))
    throw wrong(key, "must be a whole number");
  return value;
}
