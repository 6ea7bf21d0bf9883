/** Every loader of files from outside, with valid files to start from. */
import { readFileSync } from "node:fs";
import { zipSync, zlibSync } from "fflate";
import { pastRun } from "../../src/cli/pastrun.js";
import { wholeArrays } from "../../src/data/arrayfile.js";
import { trajectoriesOf } from "../../src/data/check.js";
import { crc32 } from "../../src/data/checksum.js";
import { openHdf5 } from "../../src/data/hdf5.js";
import { readIdx } from "../../src/data/idx.js";
import { imagesOf } from "../../src/data/imageset.js";
import { openNpy, openNpz, readNpy, readNpz, writeNpy, writeNpz } from "../../src/data/npz.js";
import { readPng } from "../../src/data/pngimage.js";
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.js";
import { memorySource } from "../../src/data/source.js";
import { wholeOf } from "../../src/data/stored.js";
import { readTar } from "../../src/data/tar.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { decodeFieldFile, encodeFieldFile } from "../../src/field/fieldfile.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/learn/checkpoint.js";
import { decodeOperator, encodeOperator } from "../../src/learn/operatorfile.js";
import { initialWeights, weightsOf } from "../../src/network/operator/shape.js";
import { dynamicsSamples } from "../../src/task/dynamics.js";
import { functionSamples } from "../../src/task/function.js";
import { kdvLibrary } from "../report/formula-runs.js";
import { solitonRun } from "../report/soliton-run.js";
import { joined } from "./mutation.js";

export interface Loader {
  readonly name: string;
  readonly valid: readonly Uint8Array[];
  load(bytes: Uint8Array): unknown;
  /** Puts checksums right where there are any. */
  mend?(bytes: Uint8Array): Uint8Array;
}

const LIMIT = 2 ** 22; // bytes: what nothing here comes near
const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const count = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const array = (...shape: number[]) => ({
  shape,
  data: Float64Array.from({ length: count(shape) }, (_, i) => Math.sin(i)),
});

function npy(descr: string, fortran: string, shape: string, bytes: number, fill = 60): Uint8Array {
  const header = text(`{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`);
  const head = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
  return joined(head, header, new Uint8Array(bytes).fill(fill));
}
const npys = [
  writeNpy(array(2, 3, 4)),
  npy("<f2", "True", "(3, 4)", 24),
  npy("<f4", "False", "()", 4),
  npy("<i4", "False", "(5,)", 20),
  npy("<i8", "True", "(2, 2)", 32, 0),
];

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 23) yield bytes.subarray(at, at + 23);
}

const wave = (n: number, nt: number, nx: number) =>
  writeNpz([
    ["u", array(n, nt, nx)],
    ["t", { shape: [nt], data: Float64Array.from({ length: nt }, (_, i) => i) }],
    ["L", { shape: [], data: Float64Array.of(nx) }],
  ]);

function chunk(kind: string, data: Uint8Array): Uint8Array {
  const word = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  const named = joined(text(kind), data);
  return joined(word(data.length), named, word(crc32(named)));
}
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const png = joined(
  PNG,
  chunk("IHDR", Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 5, 8, 2, 0, 0, 0)),
  chunk("IDAT", zlibSync(Uint8Array.from({ length: 5 * 13 }, (_, i) => (i % 13 === 0 ? (i / 13) % 5 : i)))),
  chunk("IEND", new Uint8Array(0)),
);

/** The checksums of all chunks that are whole. */
function mendPng(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  for (let at = 8; at + 12 <= out.length; ) {
    const length = view.getUint32(at);
    if (length > out.length - at - 12) break;
    view.setUint32(at + 8 + length, crc32(out.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return out;
}

function tarEntry(name: string, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(512 + 512 * Math.ceil(content.length / 512));
  out.set(text(name), 0);
  out.set(text(`${content.length.toString(8).padStart(11, "0")}\0`), 124);
  out.set(text("0"), 156);
  out.set(text("ustar\u000000"), 257);
  out.set(content, 512);
  return mendTar(out);
}
function mendTar(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at + 512 <= out.length; at += 512) {
    if (String.fromCharCode(...out.subarray(at + 257, at + 262)) !== "ustar") continue;
    out.set(text("        "), at + 148);
    const sum = out.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    out.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), at + 148);
  }
  return out;
}

/** A safetensors file's checksum removed, so that what it guards is reached; its header's length is kept. */
function mendTensors(bytes: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf('"checksum"');
  if (at < 0) return bytes;
  const out = bytes.slice();
  out.set(text('"cheecsum"'), at);
  return out;
}

const chart = { names: ["x", "t", "u"], offset: Float64Array.of(0, 1, 2), scale: Float64Array.of(4, 5, 1 / 3) };
const field = encodeFieldFile({
  version: "0.2.0",
  task: "kdv",
  chart,
  verdicts: ["accepted", "rejected"],
  splines: {
    shape: {
      axes: [
        { kind: "periodic", lo: 0, hi: 1, knots: 4 },
        { kind: "open", lo: -0.6, hi: 1.6, knots: 4 },
        { kind: "open", lo: -1, hi: 2, knots: 4 },
      ],
      width: 3,
    },
    control: array(2 * 4 * 4 * 4 * 3).data,
  },
  formulas: [[parse("t"), parse("0"), parse("1")]],
});
const shape = { nx: 16, inputs: 2, outputs: 2, width: 2, modes: 2, layers: 1, hidden: 2 };
const weights = initialWeights(shape, stream(1, "weights"));
const operator = encodeOperator({
  shape,
  scale: { mean: 0, deviation: 1 },
  epoch: 1,
  training: "seed 1",
  history: [0.5],
  state: {
    step: 1,
    arrays: Object.fromEntries(
      weightsOf(shape).flatMap(({ name }) =>
        ["", ".first", ".second"].map((suffix) => [name + suffix, weights[name]!.map(Math.abs)]),
      ),
    ),
  },
});
const checkpoint = encodeCheckpoint({
  settings: { task: '"kdv"', steps: "40" },
  engine: "wasm, simd",
  phase: 1,
  done: { history: [Float64Array.of(-1, -2)], skipped: [2] },
  seconds: 1.5,
  learner: {
    step: 3,
    skipped: [1],
    network: { step: 2, births: [{ step: 0, warm: 1 }], arrays: { "trunk0.weight": Float32Array.of(0.1, -7) } },
    batches: [1, -2, 3, 4],
    validity: [0.25],
    history: [Float64Array.of(-0.1, 1 / 3)],
  },
});
const idx = joined(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4), new Uint8Array(24).fill(7));

export const loaders: readonly Loader[] = [
  { name: "npy", valid: npys, load: (bytes) => readNpy(bytes, LIMIT) },
  {
    name: "npy in pieces",
    valid: npys,
    load: async (bytes) => wholeOf(await openNpy(() => pieces(bytes), bytes.length), LIMIT),
  },
  {
    name: "npz",
    valid: [read("test/fixtures/arrays.npz"), wave(1, 2, 3)],
    load: (bytes) => readNpz(bytes, LIMIT),
  },
  {
    name: "npz in pieces",
    valid: [read("test/fixtures/arrays.npz"), wave(1, 2, 3)],
    load: async (bytes) => wholeArrays({ arrays: await openNpz(memorySource(bytes)), close: async () => {} }, LIMIT),
  },
  {
    name: "trajectories, samples and images of an npz",
    valid: [writeNpy(array(3, 20, 32)), ...npys],
    load: (bytes) => {
      const zipped = zipSync({
        "u.npy": bytes,
        "points.npy": bytes,
        "values.npy": writeNpy(array(3)),
        "images.npy": bytes,
      });
      const arrays = readNpz(zipped, LIMIT);
      const t = { shape: [20], data: Float64Array.from({ length: 20 }, (_, i) => i) };
      const all = new Map([
        ...arrays,
        ["t", t],
        ["L", { shape: [], data: Float64Array.of(1) }],
        ["rates", arrays.get("u")!],
      ]);
      for (const make of [trajectoriesOf, functionSamples, dynamicsSamples, imagesOf]) refusedOr(() => make(all));
    },
  },
  {
    name: "hdf5",
    valid: ["paper", "arrays", "latest", "dense", "unwritten"].map((name) => read(`test/fixtures/hdf5/${name}.h5`)),
    load: async (bytes) => wholeArrays({ arrays: await openHdf5(memorySource(bytes)), close: async () => {} }, LIMIT),
  },
  {
    name: "safetensors",
    valid: [
      read("test/fixtures/tensors.safetensors"),
      writeSafetensors([["a", { ...array(2, 3), dtype: "F32" }]], [["k", "v"]]),
    ],
    load: (bytes) => readSafetensors(bytes, LIMIT),
    mend: mendTensors,
  },
  { name: "field", valid: [field], load: (bytes) => decodeFieldFile(bytes, LIMIT), mend: mendTensors },
  { name: "operator", valid: [operator], load: (bytes) => decodeOperator(bytes, LIMIT), mend: mendTensors },
  { name: "checkpoint", valid: [checkpoint], load: decodeCheckpoint, mend: mendTensors },
  { name: "idx", valid: [idx], load: (bytes) => readIdx(bytes, 3, "a file") },
  { name: "png", valid: [png], load: (bytes) => readPng(bytes, LIMIT, "a file"), mend: mendPng },
  {
    name: "tar",
    valid: [joined(tarEntry("a", text("hello")), tarEntry("b", new Uint8Array(600)), new Uint8Array(1024))],
    load: async (bytes) => {
      for await (const _ of readTar(pieces(bytes), new Map([["b", 600]])));
    },
    mend: mendTar,
  },
  {
    name: "run.json",
    valid: [solitonRun().record, kdvLibrary().record].map((record) => text(JSON.stringify(record))),
    load: pastRun,
  },
];

/** Tries one reader of several that need not all take what another does. */
function refusedOr(make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if ((error as Error).name !== "InputError") throw error;
  }
}
