/**
 * Forward and backward pass of the dense layers, written out: tfjs's tape would save more, transpose more and cost a third
 * as much again. SiLU(z) = z σ(z), SiLU′ = σ + SiLU (1 − σ).
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Layer, pathsOf } from "./architecture.js";

/** What the backward pass needs: per layer its input, and σ(z) where SiLU follows. */
export interface Pass {
  readonly inputs: readonly tf.Tensor2D[];
  readonly gates: readonly tf.Tensor2D[];
  readonly output: tf.Tensor2D; // [n, columns of the last layer]
}

const weightOf = (parameters: tf.Tensor1D, layer: Layer): tf.Tensor2D =>
  tf.reshape(tf.slice1d(parameters, layer.weight, layer.rows * layer.columns), [layer.rows, layer.columns]);

const dense = (x: tf.Tensor2D, parameters: tf.Tensor1D, layer: Layer): tf.Tensor2D => {
  const bias = tf.slice1d(parameters, layer.bias, layer.columns);
  return tf.fused.matMul({ a: x, b: weightOf(parameters, layer), bias }) as tf.Tensor2D;
};

/** Call inside a tidy; input [n, features]. */
export function forward(layers: readonly Layer[], parameters: tf.Tensor1D, input: tf.Tensor2D): Pass {
  const inputs: tf.Tensor2D[] = [];
  const gates: tf.Tensor2D[] = [];
  const { chain, linear } = pathsOf(layers);
  let x = input;
  chain.forEach((layer, i) => {
    inputs.push(x);
    const z = dense(x, parameters, layer);
    if (i === chain.length - 1) {
      x = linear ? tf.add(z, dense(input, parameters, linear)) : z;
    } else {
      gates.push(tf.sigmoid(z));
      x = tf.mul(z, gates[i]!);
    }
  });
  return { inputs, gates, output: x };
}

/**
 * Gradient of Σ output × cotangent [n, columns] in the flat parameters. Call inside a tidy. `mask` keeps the last weight's
 * structure. Transposes are made by their own kernel, once each: products with a transpose flag are slow on wasm.
 */
export function backward(
  layers: readonly Layer[],
  parameters: tf.Tensor1D,
  pass: Pass,
  cotangent: tf.Tensor2D,
  mask: tf.Tensor2D,
): tf.Tensor1D {
  const ones = tf.ones<tf.Rank.R2>([1, cotangent.shape[0]]);
  const { chain, linear } = pathsOf(layers);
  const pieces: tf.Tensor1D[] = [];
  const sumOver = (dz: tf.Tensor2D): tf.Tensor1D => tf.reshape(tf.matMul(ones, dz), [-1]); // over points, as a product
  if (linear) {
    pieces.push(sumOver(cotangent), tf.reshape(tf.matMul(tf.transpose(pass.inputs[0]!), cotangent), [-1]));
  }
  let dz = cotangent;
  for (let i = chain.length - 1; i >= 0; i--) {
    const dWeight = tf.matMul(tf.transpose(pass.inputs[i]!), dz);
    pieces.push(sumOver(dz));
    pieces.push(tf.reshape(i === chain.length - 1 ? tf.mul(dWeight, mask) : dWeight, [-1]));
    if (i === 0) break;
    const dx = tf.matMul(dz, tf.transpose(weightOf(parameters, chain[i]!)));
    const gate = pass.gates[i - 1]!;
    dz = tf.mul(dx, tf.add(gate, tf.mul(pass.inputs[i]!, tf.sub(1, gate))));
  }
  return tf.concat1d(pieces.reverse());
}
