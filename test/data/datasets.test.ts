import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { datasets, idxImages, rowImages } from "../../src/data/datasets.js";
import { fetchedImages } from "../../src/data/fetched.js";
import type { Adapter } from "../../src/engine/adapter.js";
import { InputError } from "../../src/engine/error.js";
import { photographs } from "../fixtures/photographs.js";

const png = new Uint8Array(readFileSync("test/fixtures/cifar/images.png"));
const labels = JSON.parse(readFileSync("test/fixtures/cifar/labels.json", "utf8")) as number[];
const of = (bytes = png, rows = 40, given = labels) => rowImages([{ name: "a.png", bytes, rows }], given);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("the photographs that travel with the tests", () => {
  test("are four of each class, 32 × 32 in colour, like photographs: neighbours agree, channels differ", () => {
    const { n, height, width, channels, classes, values, labels } = photographs();
    expect([n, height, width, channels, classes]).toEqual([40, 32, 32, 3, 10]);
    for (let k = 0; k < 10; k++) expect(labels!.filter((label) => label === k).length).toBe(4);
    let [beside, across, colour] = [0, 0, 0];
    for (let p = 0; p + 3072 < values.length; p++) {
      beside += Math.abs(values[p]! - values[p + 3]!);
      across += Math.abs(values[p]! - values[p + 3072]!); // the same place of the next one
      colour += Math.abs(values[p]! - values[p - (p % 3)]!);
    }
    expect(beside).toBeLessThan(0.3 * across);
    expect(colour).toBeGreaterThan(0);
  });

  test("come as one set from several files", () => {
    const twice = rowImages([0, 1].map((i) => ({ name: `${i}`, bytes: png, rows: 40 })), [...labels, ...labels]); // biome-ignore format: one row
    const { values } = photographs();
    expect(twice.n).toBe(80);
    expect(values.every((v, i) => v === twice.values[i] && v === twice.values[values.length + i])).toBe(true);
  });
});

describe("images by rows", () => {
  test.each<[string, () => unknown, string]>([
    [
      "of fewer rows than are expected",
      () => of(png, 41, [...labels, 0]),
      "a.png has 40 × 1024 pixels of 3 channels; 41 × 1024 of 3",
    ],
    ["of more rows", () => of(png, 39, labels.slice(1)), "119808 bytes are allowed"],
    ["cut short", () => of(png.subarray(0, 50_000)), 'a.png is no PNG that can be read: chunk "IDAT" is cut short'],
    ["cut short at its end", () => of(png.subarray(0, png.length - 12)), "it ends after"],
    ["with a bit turned", () => of(png.map((b, i) => (i === 60_000 ? b ^ 4 : b))), "does not match its checksum"],
    ["with a label too few", () => of(png, 40, labels.slice(1)), "39 labels for 40 images"],
    ["with a label that is no class", () => of(png, 40, labels.map((l, i) => (i === 7 ? -1 : l))), "labels[7] is -1"], // biome-ignore format: one row
  ])("%s are refused", (_, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});

describe("a data set", () => {
  const files = (...named: [string, Uint8Array][]) => new Map(named);
  const zeros = text(JSON.stringify(Array.from({ length: 50_000 }, () => 0)));
  test.each<[string, () => unknown, string]>([
    ["without its labels", () => datasets.cifar10.read(files()), "the data lack train_lables.json; fetch them again"],
    [
      "whose labels are no list",
      () => datasets.cifar10.read(files(["train_lables.json", text("{}")])),
      "train_lables.json is no list of labels",
    ],
    [
      "whose labels are no JSON",
      () => datasets.cifar10.read(files(["train_lables.json", text("[1,")])),
      "train_lables.json is no list of labels",
    ],
    [
      "with too few labels",
      () =>
        datasets.cifar10.read(
          files(
            ["train_lables.json", text("[1]")],
            ...[1, 2, 3, 4, 5].map((i): [string, Uint8Array] => [`data_batch_${i}.png`, png]),
          ),
        ),
      "1 labels for 50000 images",
    ],
    [
      "without a file of images",
      () => datasets.cifar10.read(files(["train_lables.json", zeros])),
      "the data lack data_batch_1.png",
    ],
    [
      "of other images",
      () =>
        datasets.cifar10.read(
          files(
            ["train_lables.json", zeros],
            ...[1, 2, 3, 4, 5].map((i): [string, Uint8Array] => [`data_batch_${i}.png`, png]),
          ),
        ),
      "data_batch_1.png has 40 × 1024 pixels of 3 channels; 10000 × 1024 of 3",
    ],
    ["without its digits", () => datasets.mnist.read(files()), "the data lack data/train-images-idx3-ubyte"],
  ])("%s is refused", (_, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });

  test("of digits and labels of two lengths is refused", () => {
    const idx = (shape: number[], ...data: number[]): Uint8Array =>
      Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), ...data]);
    expect(() => idxImages(idx([2, 1, 1], 5, 6), idx([1], 3))).toThrow("1 labels for 2 images; give one for each");
  });

  test("cannot be had where the runtime has no cache", async () => {
    const adapter = { runtime: "workerd" } as Adapter;
    await expect(fetchedImages("mnist", adapter)).rejects.toThrow(
      "mnist is fetched under Node; in workerd pass images",
    );
  });
});
