/**
 * A sum over the leading axes on wasm (the gradient of every bias) transposes the whole array first; a product with a row of
 * ones is ten times faster or more.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Mend, replaceKernel, Scratch } from "./mend.js";

export const sum: Mend = {
  name: "wasm: sums over leading axes",
  backend: "wasm",
  install: replaceKernel("Sum", "wasm", (original) => ({ inputs, attrs, backend }) => {
    const x = inputs.x!;
    const axes = tf.util.parseAxisParam((attrs.axis ?? null) as number[], x.shape);
    const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
    const rest = x.shape.slice(axes.length);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    const columns = tf.util.sizeFromShape(rest);
    if (!leading || x.dtype !== "float32" || rows * columns === 0) return original!({ inputs, attrs, backend });
    const scratch = new Scratch("wasm", backend);
    const ones = scratch.run("Fill", {}, { shape: [1, rows], value: 1, dtype: "float32" });
    const matrix = scratch.run("Reshape", { x }, { shape: [rows, columns] });
    const total = scratch.run("BatchMatMul", { a: ones, b: matrix }, { transposeA: false, transposeB: false });
    const shape = attrs.keepDims ? [...axes.map(() => 1), ...rest] : rest;
    return scratch.result(scratch.run("Reshape", { x: total }, { shape }));
  }),
};
