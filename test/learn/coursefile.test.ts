import { describe, expect, test } from "@jest/globals";
import type { ImageSet } from "../../src/data/imageset.js";
import { takeImages } from "../../src/data/imageset.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { readCourse, writeCourse } from "../../src/learn/coursefile.js";
import { type CourseOptions, type Show, stepsOf, train } from "../../src/learning/course.js";
import { chooseBackend } from "../../src/network/backend.js";
import { ResidualClassifier } from "../../src/network/residual/classifier.js";

const draw = stream(2, "course");
const set: ImageSet = {
  ...{ n: 26, height: 6, width: 5, channels: 2, classes: 3 },
  values: Float32Array.from({ length: 26 * 60 }, () => draw.uniform()),
  labels: Uint8Array.from({ length: 26 }, (_, i) => i % 3),
};
const shape = { height: 6, width: 5, channels: 2, stages: [8], blocks: 1, classes: 3 };
const options: CourseOptions = { seed: 7, epochs: 2, batch: 8, rate: 5e-3, warm: 0.25, smoothing: 0.1 };
const noisy: Show = (set, indices, draw) => takeImages(set, indices).map((v) => v + 0.1 * draw.normal());
const create = (seed: number) => ResidualClassifier.create(shape, stream(seed, "weights"));

describe("a course of training", () => {
  test("goes on from its file, in another network, to the bits of an unbroken one", async () => {
    await chooseBackend("wasm");
    const [whole, part, other] = [create(1), create(1), create(5)];
    let file: Uint8Array | null = null;
    const controller = new AbortController();
    await train(whole, set, noisy, options);
    const stopped = train(part, set, noisy, options, 0, {
      signal: controller.signal,
      async stepped(step) {
        if (step !== 4) return; // within the second epoch
        const state = { settings: "own", step, seconds: 1.5, losses: [2, 1], accuracies: [0.5] };
        file = writeCourse({ ...state, network: await part.state() });
        controller.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    const { step, network, ...said } = readCourse(file!, "own");
    expect(said).toEqual({ settings: "own", seconds: 1.5, losses: [2, 1], accuracies: [0.5] });
    other.restore(network);
    await train(other, set, noisy, options, step);
    const [expected, came] = [await whole.weights(), await other.weights()];
    for (const [name, array] of expected)
      expect([name, array.every((v, i) => v === came.get(name)![i])]).toEqual([name, true]);
    for (const each of [whole, part, other]) each.dispose();
  });

  test("shows every image of an epoch once, in another order each time, the rest of a batch left out", async () => {
    await chooseBackend("wasm");
    const seen: number[] = [];
    const network = create(1);
    const losses: number[] = [];
    const show: Show = (set, indices) => {
      seen.push(...Array.from(indices));
      return takeImages(set, indices);
    };
    await train(network, set, show, options, 0, { stepped: (_, __, loss) => losses.push(loss) });
    network.dispose();
    expect([stepsOf(set, options), losses.length, seen.length]).toEqual([6, 6, 48]);
    for (const epoch of [seen.slice(0, 24), seen.slice(24)]) expect(new Set(epoch).size).toBe(24);
    expect(seen.slice(0, 24)).not.toEqual(seen.slice(24));
  });

  test("ends early where it is told to, as it began", async () => {
    await chooseBackend("wasm");
    const early = { ...options, early: { from: 2, over: 2 } };
    const rates: number[][] = [[], []];
    for (const [i, each] of [options, early].entries()) {
      const network = create(1);
      const step = network.step.bind(network);
      network.step = (batch, labels, rate, smoothing) => {
        rates[i]!.push(rate);
        return step(batch, labels, rate, smoothing);
      };
      await train(network, set, noisy, each);
      network.dispose();
    }
    const [whole, cut] = rates as [number[], number[]];
    expect([whole.length, cut.length, stepsOf(set, early)]).toEqual([6, 4, 4]);
    expect(cut.slice(0, 2)).toEqual(whole.slice(0, 2));
    expect([cut[2]! / whole[2]!, cut[3]!]).toEqual([0.5, 0]);
    expect(Math.max(...whole)).toBeLessThanOrEqual(options.rate);
  });

  test("refuses images without labels, fewer than a batch, and files of other settings or none", async () => {
    const network = create(1);
    await expect(train(network, { ...set, labels: null }, noisy, options)).rejects.toThrow("no labels to train");
    await expect(train(network, { ...set, n: 7 }, noisy, options)).rejects.toThrow("7 images for batches of 8");
    const state = { settings: "a", step: 0, seconds: 0, losses: [], accuracies: [], network: await network.state() };
    const file = writeCourse(state);
    expect(() => readCourse(file, "b")).toThrow("training began with a but is to go on with b");
    expect(() => readCourse(file.subarray(0, 100), "a")).toThrow(InputError);
    network.dispose();
  });
});
