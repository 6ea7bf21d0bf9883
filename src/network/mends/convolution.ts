/**
 * The gradients of a two-dimensional convolution on wasm, as convolutions of transposed arrays [n, height, width, channels].
 * In the filter: the kernel is missing. In the input: three times faster than tfjs's own.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, type Info, type Mend, replaceKernel, Scratch } from "./mend.js";

type Shape = [number, number, number, number];

export const convolutionByFilter: Mend = {
  name: "wasm: gradient of a convolution in its filter",
  backend: "wasm",
  install: replaceKernel("Conv2DBackpropFilter", "wasm", () => ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: Info; dy: Info };
    const conv = geometry(x.shape, attrs.filterShape as number[], attrs);
    const scratch = new Scratch("wasm", backend);
    const image = scratch.run("Transpose", { x }, { perm: [3, 1, 2, 0] }); // channels as batch, batch as channels
    const filter = scratch.run("Transpose", { x: dy }, { perm: [1, 2, 0, 3] });
    const { top, left } = conv.padInfo;
    const bottom = conv.filterHeight + (conv.outHeight - 1) * conv.strideHeight - conv.inHeight - top;
    const right = conv.filterWidth + (conv.outWidth - 1) * conv.strideWidth - conv.inWidth - left;
    const whole = scratch.run("Conv2D", { x: image, filter }, plain(top, bottom, left, right, conv));
    const size = [conv.inChannels, conv.filterHeight, conv.filterWidth, conv.outChannels];
    const used = scratch.run("Slice", { x: whole }, { begin: [0, 0, 0, 0], size }); // rows the stride left over see no tap
    return scratch.result(scratch.run("Transpose", { x: used }, { perm: [1, 2, 0, 3] }));
  }),
};

export const convolutionByInput: Mend = {
  name: "wasm: gradient of a convolution in its input",
  backend: "wasm",
  install: replaceKernel("Conv2DBackpropInput", "wasm", (original) => ({ inputs, attrs, backend }) => {
    const { dy, filter } = inputs as { dy: Info; filter: Info };
    const conv = geometry(attrs.inputShape as number[], filter.shape, attrs);
    const top = conv.filterHeight - 1 - conv.padInfo.top;
    const left = conv.filterWidth - 1 - conv.padInfo.left;
    const bottom = conv.inHeight - conv.outHeight * conv.strideHeight + conv.padInfo.top;
    const right = conv.inWidth - conv.outWidth * conv.strideWidth + conv.padInfo.left;
    if (Math.min(top, left, bottom, right) < 0) return original!({ inputs, attrs, backend }); // would have to crop
    const scratch = new Scratch("wasm", backend);
    const spread = spaced(scratch, dy, conv.strideHeight, conv.strideWidth);
    const turned = scratch.run("Reverse", { x: filter }, { dims: [0, 1] });
    const back = scratch.run("Transpose", { x: turned }, { perm: [0, 1, 3, 2] });
    return scratch.result(scratch.run("Conv2D", { x: spread, filter: back }, plain(top, bottom, left, right)));
  }),
};

const geometry = (input: number[], filter: number[], attrs: Attributes): tf.backend_util.Conv2DInfo =>
  tf.backend_util.computeConv2DInfo(
    input as Shape,
    filter as Shape,
    attrs.strides as [number, number],
    1, // tfjs refuses gradients of dilated convolutions
    attrs.pad as "same",
    attrs.dimRoundingMode as "floor",
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat as "NHWC"),
  );

/** Attributes of a convolution of stride 1, dilated by the strides of `by`. */
function plain(top: number, bottom: number, left: number, right: number, by?: tf.backend_util.Conv2DInfo): Attributes {
  const pad = [[0, 0], [top, Math.max(bottom, 0)], [left, Math.max(right, 0)], [0, 0]]; // biome-ignore format: one row
  const dilations = by ? [by.strideHeight, by.strideWidth] : [1, 1];
  return { strides: [1, 1], pad, dataFormat: "NHWC", dilations, dimRoundingMode: undefined };
}

/** Zeros behind every row and column: [n, h, w, c] → [n, h·sh, w·sw, c]. */
function spaced(scratch: Scratch, x: Info, sh: number, sw: number): Info {
  const [n, h, w, c] = x.shape as Shape;
  const padded = (info: Info, rows: number, width: number, zeros: number): Info => {
    if (zeros === 0) return info;
    const matrix = scratch.run("Reshape", { x: info }, { shape: [rows, width] });
    const paddings = [[0, 0], [0, zeros]]; // biome-ignore format: one row
    return scratch.run("PadV2", { x: matrix }, { paddings, constantValue: 0 });
  };
  const columns = padded(x, n * h * w, c, (sw - 1) * c);
  const rows = padded(columns, n * h, w * sw * c, (sh - 1) * w * sw * c);
  return scratch.run("Reshape", { x: rows }, { shape: [n, h * sh, w * sw, c] });
}
