/**
 * A residual classifier for small images: a convolution, then stages of blocks of two convolutions whose output is added to their input, each
 * stage but the first at half the size, the mean over the plane, a dense layer to the classes. All filters 3 × 3, but where a stage begins: there the
 * input comes by one of 1 × 1. Source: He, Zhang, Ren & Sun (2016), section 4.2 (ResNet-20: 16, 32, 64 channels, three blocks).
 */
import { InputError } from "../../engine/error.js";
import type { Stream } from "../../engine/random.js";

export interface ResidualShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly stages: readonly number[]; // channels of each, whole eights
  readonly blocks: number; // of each stage
  readonly classes: number;
}

/** A convolution with what follows it; places in the flat vector. */
export interface ResidualConvolution {
  readonly name: string;
  readonly size: number;
  readonly stride: number;
  readonly inputs: number; // channels
  readonly outputs: number;
  readonly weight: number; // [size, size, inputs, outputs]
  readonly gain: number; // [outputs]
  readonly bias: number; // [outputs]
}

export interface Block {
  readonly first: ResidualConvolution;
  readonly second: ResidualConvolution;
  readonly beside: ResidualConvolution | null; // null: the input as it is
}

export interface ResidualLayers {
  readonly stem: ResidualConvolution;
  readonly blocks: readonly Block[];
  readonly dense: { readonly rows: number; readonly columns: number; readonly weight: number; readonly bias: number };
  readonly count: number; // of the flat vector
}

/** Layers with their places. Throws InputError for channels that are not whole eights, which the kernels count on. */
export function residualLayers(shape: ResidualShape): ResidualLayers {
  const odd = shape.stages.find((channels) => channels % 8 !== 0 || channels < 8);
  if (odd !== undefined || shape.stages.length === 0)
    throw new InputError(`a residual network's stage has ${odd ?? "no"} channels; give multiples of 8`);
  let offset = 0;
  const place = (count: number): number => {
    offset += count;
    return offset - count;
  };
  const convolution = (name: string, size: number, stride: number, inputs: number, outputs: number) => {
    const weight = place(size * size * inputs * outputs);
    return { name, size, stride, inputs, outputs, weight, gain: place(outputs), bias: place(outputs) };
  };
  const stem = convolution("stem", 3, 1, shape.channels, shape.stages[0]!);
  let inputs = shape.stages[0]!;
  const blocks = shape.stages.flatMap((outputs, stage) =>
    Array.from({ length: shape.blocks }, (_, b): Block => {
      const name = `stage.${stage}.${b}`;
      const stride = stage > 0 && b === 0 ? 2 : 1;
      const first = convolution(`${name}.first`, 3, stride, inputs, outputs);
      const second = convolution(`${name}.second`, 3, 1, outputs, outputs);
      const same = stride === 1 && inputs === outputs;
      const beside = same ? null : convolution(`${name}.beside`, 1, stride, inputs, outputs);
      inputs = outputs;
      return { first, second, beside };
    }),
  );
  const dense = {
    rows: inputs,
    columns: shape.classes,
    weight: place(inputs * shape.classes),
    bias: place(shape.classes),
  };
  return { stem, blocks, dense, count: offset };
}

/** In the order of the flat vector. */
export const convolutionsOf = ({ stem, blocks }: ResidualLayers): readonly ResidualConvolution[] => [
  stem,
  ...blocks.flatMap(({ first, second, beside }) => [first, second, ...(beside ? [beside] : [])]),
];

/** Named parts of the flat vector. */
export function residualSpans(layers: ResidualLayers): readonly { name: string; from: number; to: number }[] {
  const { dense } = layers;
  return [
    ...convolutionsOf(layers).flatMap(({ name, weight, gain, bias, outputs }) => [
      { name: `${name}.weight`, from: weight, to: gain },
      { name: `${name}.gain`, from: gain, to: bias },
      { name: `${name}.bias`, from: bias, to: bias + outputs },
    ]),
    { name: "classes.weight", from: dense.weight, to: dense.bias },
    { name: "classes.bias", from: dense.bias, to: dense.bias + dense.columns },
  ];
}

/** Random filters, normal of variance 2/fanIn (He et al. 2015, equation 10); gains 1, biases 0. */
export function randomResidual(layers: ResidualLayers, stream: Stream): Float32Array {
  const parameters = new Float32Array(layers.count);
  for (const { size, inputs, weight, gain, bias } of convolutionsOf(layers)) {
    const deviation = Math.sqrt(2 / (size * size * inputs));
    for (let i = weight; i < gain; i++) parameters[i] = deviation * stream.normal();
    parameters.fill(1, gain, bias);
  }
  const { dense } = layers;
  for (let i = dense.weight; i < dense.bias; i++) parameters[i] = stream.normal() / Math.sqrt(dense.rows);
  return parameters;
}
