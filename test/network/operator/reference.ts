/** The reference operator of `test/reference/fno.npz`: float64 PyTorch, arrays turned into the layouts of `src/network/operator/`. */
import { readFileSync } from "node:fs";
import { readNpz } from "../../../src/data/npz.js";
import type { OperatorShape } from "../../../src/network/operator/shape.js";
import { weightsOf } from "../../../src/network/operator/shape.js";

const file = readNpz(readFileSync("test/reference/fno.npz"));

interface Plain {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const array = (name: string): Plain => {
  const found = file.get(name);
  if (!found) throw new Error(`fno.npz holds no ${name}`);
  return { shape: found.shape, data: Float64Array.from(found.data) };
};

/** Axes of a 3-D array in another order. */
function turned({ shape, data }: Plain, order: readonly [number, number, number]): Float64Array {
  const [p, q, r] = order.map((axis) => shape[axis]!) as [number, number, number];
  const strides = [shape[1]! * shape[2]!, shape[2]!, 1];
  const [sp, sq, sr] = order.map((axis) => strides[axis]!) as [number, number, number];
  return Float64Array.from({ length: p * q * r }, (_, i) => {
    const [a, b, c] = [Math.floor(i / (q * r)), Math.floor(i / r) % q, i % r];
    return data[a * sp + b * sq + c * sr]!;
  });
}

export const shape: OperatorShape = { nx: 32, inputs: 4, outputs: 3, width: 8, modes: 5, layers: 2, hidden: 6 };
export const batch = 3;
const windows = (name: string): Float64Array => turned(array(name), [0, 2, 1]); // [batch, nx, times] there
export const input = Float32Array.from(windows("x"));
export const target = Float32Array.from(windows("target"));
export const output = windows("output");
export const loss = array("loss").data[0]!;

const named = (prefix: string): Record<string, Float64Array> =>
  Object.fromEntries(
    weightsOf(shape).map(({ name }) => {
      const found = array(prefix + name);
      return [name, name.startsWith("spec") ? turned(found, [2, 0, 1]) : found.data]; // [in, out, mode] there
    }),
  );

export const weights64 = named("");
export const gradients = named("grad.");
export const weights = Object.fromEntries(
  Object.entries(weights64).map(([name, data]) => [name, Float32Array.from(data)]),
);
