/** A trained classifier as a safetensors file: its weights by layer, its shape and how it was trained in the metadata. */
import { readSafetensors, writeSafetensors } from "../data/safetensors.js";
import { type Variation, variations } from "../data/variation.js";
import { InputError } from "../engine/error.js";
import { Classifier } from "../network/classifier.js";
import type { ConvolutionalShape } from "../network/convolutional.js";
import type { ImageClassifier } from "../network/imageclassifier.js";
import { ResidualClassifier } from "../network/residual/classifier.js";
import type { ResidualShape } from "../network/residual/shape.js";

/** What is said of the training. */
export interface ClassifierNote {
  readonly data: string;
  readonly variation: Variation;
  readonly seed: number;
  readonly steps: number;
  readonly accuracy: number; // on held-out images, varied likewise
}

const FORMAT = "liefield classifier 1";
const LIMIT = 2 ** 26; // bytes
const MOST = { edge: 1024, channels: 1024, units: 8192, size: 15, layers: 16, stages: 8 } as const;

export async function writeClassifier(network: ImageClassifier, note: ClassifierNote): Promise<Uint8Array> {
  const weights = [...(await network.weights())].map(
    ([name, data]) => [name, { dtype: "F32", shape: [data.length], data: Float64Array.from(data) }] as const,
  );
  return writeSafetensors(weights, [
    ["format", FORMAT],
    ["shape", JSON.stringify(network.shape)],
    ["training", JSON.stringify(note)],
  ]);
}

/** The file is not trusted: what does not fit throws an InputError that says what. Choose a backend first. */
export function readClassifier(bytes: Uint8Array): { network: ImageClassifier; variation: Variation | null } {
  const { tensors, metadata } = readSafetensors(bytes, LIMIT);
  if (metadata.get("format") !== FORMAT)
    throw new InputError(`the file's format is ${JSON.stringify(metadata.get("format"))} but ${FORMAT} is expected`);
  const given = parsed(metadata.get("shape"));
  const said = parsed(metadata.get("training"));
  const named = record(said) ? said.variation : undefined;
  const variation = typeof named === "string" && Object.hasOwn(variations, named) ? (named as Variation) : null;
  const weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const network =
    record(given) && Object.hasOwn(given, "stages")
      ? ResidualClassifier.of(residualShape(given), weights)
      : Classifier.of(convolutionalShape(given), weights);
  return { network, variation };
}

const unreadable = (): InputError =>
  new InputError("the classifier's shape cannot be read from its file; train it again");

function residualShape(given: Readonly<Record<string, unknown>>): ResidualShape {
  const { stages } = given;
  if (!Array.isArray(stages) || stages.length < 1 || stages.length > MOST.stages) throw unreadable();
  return {
    ...imageShape(given),
    stages: stages.map((_, i) =>
      whole(stages as unknown as Readonly<Record<string, unknown>>, String(i), MOST.channels),
    ),
    blocks: whole(given, "blocks", MOST.layers),
  };
}

function convolutionalShape(given: unknown): ConvolutionalShape {
  if (!record(given)) throw unreadable();
  const { convolutions } = given;
  if (!Array.isArray(convolutions) || convolutions.length > MOST.layers || !convolutions.every(record))
    throw unreadable();
  return {
    ...imageShape(given),
    convolutions: convolutions.map((layer) => ({
      size: whole(layer, "size", MOST.size),
      stride: whole(layer, "stride", MOST.size),
      channels: whole(layer, "channels", MOST.channels),
    })),
    ...(given.pooled === true && { pooled: true }),
    hidden: whole(given, "hidden", MOST.units),
  };
}

const imageShape = (given: Readonly<Record<string, unknown>>) => ({
  height: whole(given, "height", MOST.edge),
  width: whole(given, "width", MOST.edge),
  channels: whole(given, "channels", MOST.channels),
  classes: whole(given, "classes", MOST.units),
});

function whole(from: Readonly<Record<string, unknown>>, name: string, most: number): number {
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > most) throw unreadable();
  return value;
}

const record = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}
