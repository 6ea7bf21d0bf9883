/**
 * The paper's network as a list of dense layers over one flat parameter vector: a shared trunk, then a head per generator.
 * All heads run as one: their hidden layers side by side, their last layers as one product with a block-diagonal weight
 * (masked; faster on wasm than a batched product, which would need the hidden array transposed).
 * Source: Ko, Kim & Lee (2024), section 4 (trunk 2 × 256, SiLU, head of 32).
 */
import type { Stream } from "../engine/random.js";

export interface Architecture {
  readonly inputs: number; // features per point
  readonly width: number; // of the trunk
  readonly depth: number; // layers of the trunk
  readonly head: number; // hidden units per generator
  readonly generators: number;
  readonly dim: number; // components per generator
  readonly linear: boolean; // a linear path from the features to the outputs beside the layers
}

/** One dense layer x W + b; `weight` [rows, columns] and `bias` [columns] are offsets into the flat vector. */
export interface Layer {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly weight: number;
  readonly bias: number;
  readonly fanIn: number; // inputs that reach one output
}

/** The layers in order; all but the last are followed by SiLU. A linear path, where there is one, comes after them. */
export function layersOf(shape: Architecture): readonly Layer[] {
  const trunk = Array.from({ length: shape.depth }, (_, i) => ({
    name: `trunk.${i}`,
    rows: i === 0 ? shape.inputs : shape.width,
    columns: shape.width,
  }));
  const units = shape.generators * shape.head;
  const heads = [
    { name: "head.hidden", rows: shape.depth === 0 ? shape.inputs : shape.width, columns: units },
    { name: "head.output", rows: units, columns: shape.generators * shape.dim, fanIn: shape.head },
  ];
  const beside = shape.linear ? [{ name: LINEAR, rows: shape.inputs, columns: shape.generators * shape.dim }] : [];
  let offset = 0;
  return [...trunk, ...heads, ...beside].map((layer) => {
    const weight = offset;
    const bias = weight + layer.rows * layer.columns;
    offset = bias + layer.columns;
    return { fanIn: layer.rows, ...layer, weight, bias };
  });
}

const LINEAR = "linear";

/** The layers that follow each other, and the linear path beside them. */
export function pathsOf(layers: readonly Layer[]): { chain: readonly Layer[]; linear: Layer | null } {
  const last = layers.at(-1)!;
  return last.name === LINEAR ? { chain: layers.slice(0, -1), linear: last } : { chain: layers, linear: null };
}

/** Length of the flat vector. */
export function parameterCount(shape: Architecture): number {
  const last = layersOf(shape).at(-1)!;
  return last.bias + last.columns;
}

/** 1 inside the blocks of the last layer's weight [generators · head, generators · dim], 0 outside. */
export function headMask(shape: Architecture): Float32Array {
  const { generators, head, dim } = shape;
  const columns = generators * dim;
  const mask = new Float32Array(generators * head * columns);
  for (let row = 0; row < generators * head; row++) {
    mask.fill(1, row * columns + Math.floor(row / head) * dim, row * columns + (Math.floor(row / head) + 1) * dim);
  }
  return mask;
}

const GAIN = 1.676; // 1/√E[SiLU(z)²] for standard normal z: keeps the variance from layer to layer

/**
 * Random parameters: weights uniform with variance gain²/fanIn, biases uniform in ±1. The fields come out of order 1, and
 * biases that large bend the hidden units at different places, so that slots differ by more than their mean.
 */
export function initialParameters(shape: Architecture, stream: Stream): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  const layers = pathsOf(layersOf(shape)).chain; // the linear path starts at zero
  const uniform = (reach: number): number => reach * (2 * stream.uniform() - 1);
  layers.forEach((layer, i) => {
    const reach = (i === 0 ? 1 : GAIN) * Math.sqrt(3 / layer.fanIn);
    const mask = i === layers.length - 1 ? headMask(shape) : null;
    for (let j = 0; j < layer.rows * layer.columns; j++) {
      if (!mask || mask[j]) parameters[layer.weight + j] = uniform(reach);
    }
    for (let j = 0; j < layer.columns; j++) parameters[layer.bias + j] = uniform(mask ? 0.1 : 1);
  });
  return parameters;
}
