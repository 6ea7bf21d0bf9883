/**
 * A Fourier neural operator in one dimension, its sizes and its weights: lift, layers of a spectral path beside a pointwise one, GELU after each,
 * projection through one hidden layer. Sources: Li et al. (2021), section 4; Ko, Kim & Lee (2024), section 5 (sizes).
 */
import { InputError } from "../../engine/error.js";
import type { Stream } from "../../engine/random.js";

export interface OperatorShape {
  readonly nx: number; // places of the periodic grid
  readonly inputs: number; // channels in: times of the window that is given
  readonly outputs: number; // channels out: times predicted at once
  readonly width: number; // channels of a layer
  readonly modes: number; // Fourier modes 0 … modes − 1 that a spectral path mixes
  readonly layers: number;
  readonly hidden: number; // units of the projection
}

/** The paper's. */
export const operatorDefaults = { inputs: 20, outputs: 20, width: 256, modes: 32, layers: 5, hidden: 128 } as const;

/** One array of weights: matrices [in, out], biases [out], spectral weights [modes, in, out], real and imaginary parts apart. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Uniform from `from` to `to` at the start. */
  readonly from: number;
  readonly to: number;
}

/** In the order of the forward pass. Spectral ones begin in [0, 1/width²) as in Li et al.'s code, the others in ±1/√inputs. */
export function weightsOf({ inputs, outputs, width, modes, layers, hidden }: OperatorShape): readonly Weight[] {
  const even = (name: string, shape: readonly number[], fanIn: number): Weight => {
    const reach = 1 / Math.sqrt(fanIn);
    return { name, shape, from: -reach, to: reach };
  };
  const spectral = (name: string): Weight => ({ name, shape: [modes, width, width], from: 0, to: 1 / width ** 2 });
  return [
    even("lift.w", [inputs, width], inputs),
    even("lift.b", [width], inputs),
    ...Array.from({ length: layers }, (_, i) => [
      spectral(`spec${i}.re`),
      spectral(`spec${i}.im`),
      even(`skip${i}.w`, [width, width], width),
      even(`skip${i}.b`, [width], width),
    ]).flat(),
    even("proj1.w", [width, hidden], width),
    even("proj1.b", [hidden], width),
    even("proj2.w", [hidden, outputs], hidden),
    even("proj2.b", [outputs], hidden),
  ];
}

export const sizeOf = ({ shape }: Pick<Weight, "shape">): number =>
  shape.reduce((product, length) => product * length, 1);

/** Numbers that an operator learns: 21.4 million at the paper's sizes. */
export const weightCount = (shape: OperatorShape): number =>
  weightsOf(shape).reduce((sum, weight) => sum + sizeOf(weight), 0);

/** Random weights drawn from `stream`, and from nothing else. */
export function initialWeights(shape: OperatorShape, stream: Stream): Record<string, Float32Array> {
  const arrays: Record<string, Float32Array> = {};
  for (const weight of weightsOf(shape)) {
    const { from, to } = weight;
    arrays[weight.name] = Float32Array.from({ length: sizeOf(weight) }, () => from + (to - from) * stream.uniform());
  }
  return arrays;
}

const MOST = 2 ** 26; // weights: three arrays of them fit what wasm addresses

/** Throws InputError where the sizes make no operator. */
export function checkShape(shape: OperatorShape): void {
  for (const [name, value] of Object.entries(shape))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new InputError(`the operator's ${name} is ${value}; pass a whole number from 1`);
  const { nx, modes } = shape;
  if (2 * modes > nx)
    throw new InputError(`the operator has ${modes} modes on ${nx} places; pass at most ${Math.floor(nx / 2)}`);
  const count = weightCount(shape);
  if (count > MOST)
    throw new InputError(
      `the operator has ${count} weights, above the limit of ${MOST}; take a smaller width, fewer modes or layers`,
    );
}
