/** A residual network's arithmetic by our own kernels, on tfjs's wasm memory. */
import * as tf from "@tensorflow/tfjs-core";
import { type Heap, openHeap } from "../heap.js";
import { type ImageArithmetic, tfjsImages } from "./arithmetic.js";

const EDGE = 128; // bytes of one tile
const BEYOND = 4; // numbers that may be read behind a framed image

/** Ours on wasm, else tfjs's. */
export async function imageArithmetic(): Promise<ImageArithmetic> {
  const heap = tf.getBackend() === "wasm" ? await openHeap() : "not wasm";
  return typeof heap === "string" ? tfjsImages : imagesOn(heap);
}

/** Exported for the conformance test. Channels must be whole fours where something is done to each, whole eights that come out of a convolution. */
export function imagesOn({ kernels: wasm, at, make }: Heap): ImageArithmetic {
  const rowsOf = (x: tf.Tensor4D): number => x.size / x.shape[3];
  const alike = (x: tf.Tensor4D): tf.Tensor4D => make<tf.Tensor4D>(x.shape);
  const vector = (channels: number): tf.Tensor1D => make<tf.Tensor1D>([channels]);

  return {
    name: "simd",
    convolve(x, filter, stride) {
      const [n, height, width, inputs] = x.shape;
      const [size, , , outputs] = filter.shape;
      const { rows, columns, top, left, tall, wide } = placesOf(height, width, size, stride);
      const y = make<tf.Tensor4D>([n, rows, columns, outputs]);
      const packed = make([wasm.packedFilter(size * size * inputs, outputs)]);
      const framed = make([tall * wide * inputs + BEYOND]);
      const edge = make([EDGE / 4]);
      wasm.packFilter_f32(size * size * inputs, outputs, at(filter), at(packed));
      const [from, into] = [at(x), at(y)];
      for (let i = 0; i < n; i++) {
        wasm.frame_f32(
          ...([height, width, inputs, from + 4 * i * height * width * inputs] as const),
          ...([top, left, tall, wide, at(framed)] as const),
        );
        wasm.convolve_f32(
          ...([rows, columns, outputs, size, size * inputs] as const),
          ...([at(framed), stride * wide * inputs, stride * inputs, wide * inputs, at(packed)] as const),
          ...([into + 4 * i * rows * columns * outputs, columns * outputs, outputs, at(edge)] as const),
        );
      }
      tf.dispose([packed, framed, edge]);
      return y;
    },
    convolveInput(dy, filter, stride, shape) {
      const [n, height, width, inputs] = shape;
      const [size, , , outputs] = filter.shape;
      const { rows, columns, top, left } = placesOf(height, width, size, stride);
      const reach = Math.ceil(size / stride) - 1; // places of dy before and behind
      const [tall, wide] = [rows + 2 * reach + 1, columns + 2 * reach + 1];
      const dx = make<tf.Tensor4D>(shape);
      const framed = make([tall * wide * outputs + BEYOND]);
      const edge = make([EDGE / 4]);
      const phases = phasesOf(height, size, stride, top, reach).flatMap((down) =>
        phasesOf(width, size, stride, left, reach).map((right) => {
          const packed = make([wasm.packedFilter(down.taps * right.taps * outputs, inputs)]);
          if (down.taps * right.taps > 0)
            wasm.packBack_f32(size, inputs, outputs, stride, down.phase, right.phase, at(filter), at(packed));
          return { down, right, packed };
        }),
      );
      const whole = height * width * inputs;
      for (let i = 0; i < n; i++) {
        const into = at(dx) + 4 * i * whole;
        wasm.frame_f32(
          ...([rows, columns, outputs, at(dy) + 4 * i * rows * columns * outputs] as const),
          ...([reach, reach, tall, wide, at(framed)] as const),
        );
        for (const { down, right, packed } of phases)
          wasm.convolve_f32(
            ...([down.count, right.count, inputs, down.taps, right.taps * outputs] as const),
            ...([at(framed) + 4 * (down.first * wide + right.first) * outputs, wide * outputs, outputs] as const),
            ...([wide * outputs, at(packed)] as const),
            ...([into + 4 * (down.begins * width + right.begins) * inputs, stride * width * inputs] as const),
            ...([stride * inputs, at(edge)] as const),
          );
      }
      tf.dispose([framed, edge, ...phases.map(({ packed }) => packed)]);
      return dx;
    },
    convolveFilter(x, dy, size, stride) {
      const [n, height, width, inputs] = x.shape;
      const outputs = dy.shape[3];
      if (outputs % 8 !== 0) return tfjsImages.convolveFilter(x, dy, size, stride);
      const { rows, columns, top, left, tall, wide } = placesOf(height, width, size, stride);
      const filter = tf.zeros<tf.Rank.R4>([size, size, inputs, outputs]);
      const framed = make([tall * wide * inputs + BEYOND]);
      const edge = make([EDGE / 4]);
      for (let i = 0; i < n; i++) {
        wasm.frame_f32(
          ...([height, width, inputs, at(x) + 4 * i * height * width * inputs] as const),
          ...([top, left, tall, wide, at(framed)] as const),
        );
        wasm.convolveFilter_f32(
          ...([rows, columns, outputs, size, size * inputs] as const),
          ...([at(framed), stride * wide * inputs, stride * inputs, wide * inputs] as const),
          ...([at(dy) + 4 * i * rows * columns * outputs, at(filter), at(edge)] as const),
        );
      }
      tf.dispose([framed, edge]);
      return filter;
    },
    moments(x) {
      const channels = x.shape[3];
      const [mean, variance, room] = [vector(channels), vector(channels), make([16])];
      wasm.moments_f32(rowsOf(x), channels, at(x), at(mean), at(variance), at(room));
      room.dispose();
      return { mean, variance };
    },
    scaled(x, scale, shift, plus, cut) {
      const into = alike(x);
      const added = plus ? at(plus) : 0;
      wasm.scale_f32(rowsOf(x), x.shape[3], at(x), at(scale), at(shift), added, cut ? 1 : 0, at(into));
      return into;
    },
    gate(dy, more, output) {
      const into = alike(dy);
      wasm.gate_f32(dy.size, at(dy), more ? at(more) : 0, at(output), at(into));
      return into;
    },
    slopes(dy, x) {
      const channels = x.shape[3];
      const [sum, product, room] = [vector(channels), vector(channels), make([16])];
      wasm.slopes_f32(rowsOf(x), channels, at(dy), at(x), at(sum), at(product), at(room));
      room.dispose();
      return { sum, product };
    },
    spread(dy, x, a, b, c) {
      const into = alike(x);
      wasm.spread_f32(rowsOf(x), x.shape[3], at(dy), at(x), at(a), at(b), at(c), at(into));
      return into;
    },
  };
}

/** Places that come out, zeros before the first, and the frame that all of them see. */
function placesOf(height: number, width: number, size: number, stride: number) {
  const along = (edge: number): readonly [count: number, before: number, seen: number] => {
    const count = Math.ceil(edge / stride);
    const seen = (count - 1) * stride + size;
    return [count, Math.max(0, Math.floor((seen - edge) / 2)), seen];
  };
  const [rows, top, tall] = along(height);
  const [columns, left, wide] = along(width);
  return { rows, columns, top, left, tall, wide };
}

interface Phase {
  readonly phase: number; // distance from a tap, in a stride
  readonly begins: number; // the first place of that distance
  readonly count: number; // of such places
  readonly taps: number; // that reach them
  readonly first: number; // where the first place's taps begin in a frame with `reach` zeros before
}

/** The places of an edge by their distance from a tap of the filter, as the way back treats them alike. */
function phasesOf(edge: number, size: number, stride: number, before: number, reach: number): Phase[] {
  return Array.from({ length: stride }, (_, phase) => {
    const begins = (((phase - before) % stride) + stride) % stride;
    const taps = Math.max(0, Math.ceil((size - phase) / stride));
    const from = (begins + before - phase) / stride; // the last place of dy that reaches it
    return {
      phase,
      begins,
      count: Math.ceil((edge - begins) / stride),
      taps,
      first: from - Math.max(0, taps - 1) + reach,
    };
  }).filter(({ count }) => count > 0);
}
