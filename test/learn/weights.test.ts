/** Trained weights as they ship, beside the logs that tell how they were made. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { readClassifier, writeClassifier } from "../../src/learn/classifierfile.js";
import { accuracyOf } from "../../src/learning/classification.js";
import { chooseBackend } from "../../src/network/backend.js";
import { photographs } from "../fixtures/photographs.js";

const bytes = new Uint8Array(readFileSync("weights/cifar10-resnet8.safetensors"));
const log = JSON.parse(readFileSync("weights/cifar10-resnet8.json", "utf8")) as Record<string, number> & {
  loss: number[];
};
const set = photographs();

describe("the residual classifier of CIFAR-10", () => {
  beforeAll(async () => {
    await chooseBackend("wasm");
  });

  test("tells the photographs apart as its log says, on wasm and on the processor alike", async () => {
    const kernels = await simdKernels();
    const logits: Float32Array[] = [];
    for (const backend of ["wasm", "cpu"] as const) {
      await chooseBackend(backend);
      const { network, variation } = readClassifier(bytes);
      expect(variation).toBe("flipped");
      const few = { ...set, n: backend === "wasm" ? set.n : 2 }; // plain JavaScript takes long
      if (backend === "wasm")
        expect(await accuracyOf(kernels, network, few, "plain", stream(1, "tested"))).toBe(log.sample);
      const { height, width, channels } = set;
      logits.push(await network.value({ n: 2, height, width, channels, values: takeImages(set, [0, 1]) }));
      network.dispose();
    }
    const [ours, theirs] = logits as [Float32Array, Float32Array];
    expect(Math.max(...ours.map((v, i) => Math.abs(v - theirs[i]!)))).toBeLessThan(1e-4); // f32, logits near 5
  });

  test("was trained to three quarters of the test images and more, and the file says what its log says", () => {
    expect(log.accuracy).toBeGreaterThanOrEqual(0.75);
    expect(log.sample).toBeGreaterThan(0.6); // forty images: 0.1 is chance
    expect(log.loss.at(-1)!).toBeLessThan(log.loss[0]!);
  });

  test("sees an image by itself as it sees it among others, and pulls cotangents back to it", async () => {
    await chooseBackend("wasm");
    const { network } = readClassifier(bytes);
    const { height, width, channels } = set;
    const batch = (indices: number[]) => ({
      n: indices.length,
      height,
      width,
      channels,
      values: takeImages(set, indices),
    });
    const [one, three] = [await network.value(batch([5])), await network.value(batch([4, 5, 6]))];
    expect(Math.max(...one.map((v, i) => Math.abs(v - three[10 + i]!)))).toBeLessThan(1e-5);
    const observed = await network.observe!(batch([5]));
    const slope = await observed.pullback(Float32Array.from({ length: 10 }, (_, k) => (k === 0 ? 1 : 0)));
    observed.release();
    const step = 1e-2; // the cut-offs at 0 are many: a step in f32 that few of them lie within
    const along = slope.map((v) => v / Math.hypot(...slope));
    const moved = (by: number): Promise<Float32Array> => {
      const image = batch([5]);
      return network.value({ ...image, values: image.values.map((v, i) => v + by * along[i]!) });
    };
    const [ahead, behind] = [await moved(step), await moved(-step)];
    expect((ahead[0]! - behind[0]!) / (2 * step) / Math.hypot(...slope)).toBeCloseTo(1, 1);
    network.dispose();
  });

  test("is written as it was read; a file whose stages are none is refused", async () => {
    await chooseBackend("wasm");
    const { network } = readClassifier(bytes);
    const again = await writeClassifier(network, JSON.parse(header(bytes).__metadata__!.training!));
    const read = readClassifier(again).network;
    expect([read.shape, read.name]).toEqual([network.shape, network.name]);
    const [before, after] = [await network.weights(), await read.weights()];
    for (const [name, array] of before)
      expect([name, array.every((v, i) => v === after.get(name)![i])]).toEqual([name, true]);
    for (const each of [network, read]) each.dispose();
    for (const [stages, message] of [
      ["[16,32,63]", "63 channels; give multiples of 8"],
      ["[]", "shape cannot be read"],
      ["[1e9]", "shape cannot be read"],
      ["[16,32,128]", "stage.2.0.first.weight"],
    ] as const) {
      const other = renamed(bytes, "[16,32,64]", stages);
      expect(() => readClassifier(other)).toThrow(InputError);
      expect(() => readClassifier(other)).toThrow(message);
    }
  });
});

/** The JSON at the front of a safetensors file. */
const header = (file: Uint8Array): Record<string, Record<string, string>> => {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
};

/** The file with another text in its header. */
function renamed(file: Uint8Array, from: string, to: string): Uint8Array {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(file.subarray(8, 8 + length)).replace(from, to);
  const front = new TextEncoder().encode(text.padEnd(8 * Math.ceil(text.length / 8)));
  const out = new Uint8Array(8 + front.length + file.length - 8 - length);
  new DataView(out.buffer).setUint32(0, front.length, true);
  out.set(front, 8);
  out.set(file.subarray(8 + length), 8 + front.length);
  return out;
}
