/** A convolutional classifier as layers over one flat parameter vector: convolutions, a dense layer, each with ReLU, a dense layer to the classes. */
import type { Stream } from "../engine/random.js";
import type { Layer } from "./architecture.js";

export interface ConvolutionalShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly convolutions: readonly Convolution[];
  /** Whether the dense layer sees each channel's mean over places instead of every place: what is seen then hardly depends on where. */
  readonly pooled?: boolean;
  readonly hidden: number; // units of the dense layer
  readonly classes: number;
}

/** A square filter, zeros beyond the edges ("same": an edge of n places becomes ⌈n/stride⌉). */
export interface Convolution {
  readonly size: number;
  readonly stride: number;
  readonly channels: number;
}

export interface ConvolutionLayer extends Layer {
  readonly size: number;
  readonly stride: number;
  readonly inputs: number; // channels
}

export interface ConvolutionalLayers {
  readonly convolutions: readonly ConvolutionLayer[]; // weight [size, size, inputs, columns]
  readonly pooled: boolean;
  readonly hidden: Layer;
  readonly classes: Layer;
}

/** The layers with their places in the flat vector. */
export function convolutionalLayers(shape: ConvolutionalShape): ConvolutionalLayers {
  let [height, width, inputs] = [shape.height, shape.width, shape.channels];
  let offset = 0;
  const placed = (name: string, rows: number, columns: number): Layer => {
    const weight = offset;
    const bias = weight + rows * columns;
    offset = bias + columns;
    return { name, rows, columns, weight, bias, fanIn: rows };
  };
  const convolutions = shape.convolutions.map(({ size, stride, channels }, i) => {
    const layer = { ...placed(`convolution.${i}`, size * size * inputs, channels), size, stride, inputs };
    [height, width, inputs] = [Math.ceil(height / stride), Math.ceil(width / stride), channels];
    return layer;
  });
  const { pooled = false } = shape;
  const hidden = placed("hidden", pooled ? inputs : height * width * inputs, shape.hidden);
  return { convolutions, pooled, hidden, classes: placed("classes", shape.hidden, shape.classes) };
}

/** In the order of the flat vector. */
export const allLayers = ({ convolutions, hidden, classes }: ConvolutionalLayers): readonly Layer[] => [
  ...convolutions,
  hidden,
  classes,
];

/** Random weights of variance 2/fanIn (He et al. 2015, equation 10), uniform; biases 0. */
export function randomConvolutional(layers: ConvolutionalLayers, stream: Stream): Float32Array {
  const all = allLayers(layers);
  const last = all.at(-1)!;
  const parameters = new Float32Array(last.bias + last.columns);
  for (const { weight, bias, fanIn } of all) {
    const reach = Math.sqrt(6 / fanIn);
    for (let i = weight; i < bias; i++) parameters[i] = reach * (2 * stream.uniform() - 1);
  }
  return parameters;
}
