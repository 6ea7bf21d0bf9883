/** Fields of photographs that are committed, as `liefield learn cifar10` wrote them, looked at again on the few photographs that travel with the tests. */
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { takeImages } from "../../src/data/imageset.js";
import { controlLength } from "../../src/engine/shape.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { decodeFieldFile } from "../../src/field/fieldfile.js";
import { readClassifier } from "../../src/learn/classifierfile.js";
import { chooseBackend } from "../../src/network/backend.js";
import type { RunRecord } from "../../src/report/run.js";
import { turningOf } from "../../src/validity/turning.js";
import { photographs } from "../fixtures/photographs.js";

const record = JSON.parse(readFileSync("bench/results/learn-cifar10.json", "utf8")) as RunRecord;
const S = 0.4;
const recorded = record.generators.map(({ flow }) => flow.find(({ s }) => s === S)!.score);

test("turn features as far as the record says: hardly more than untrained fields along shifts, far along the rest", async () => {
  await chooseBackend("wasm");
  const kernels = await simdKernels();
  const { network } = readClassifier(new Uint8Array(readFileSync("weights/cifar10-resnet8.safetensors")));
  const { shape, control } = decodeFieldFile(new Uint8Array(readFileSync("bench/results/learn-cifar10.safetensors")))
    .splines!;
  const set = photographs();
  const { n, height, width, channels } = set;
  const turning = await turningOf({
    kernels,
    features: network,
    images: { n, height, width, channels, values: takeImages(set, [...new Array(n).keys()]) },
    weight: new Float64Array(height * width).fill(1),
    step: 0.05,
  });
  const scores: number[] = [];
  for (let k = 0; k < recorded.length; k++) {
    const own = control.subarray(k * controlLength(shape), (k + 1) * controlLength(shape));
    const { score } = await turning.moved({ kind: "spline", shape, control: own }, Float64Array.of(S));
    scores.push(score[0]!);
  }
  // 40 photographs instead of 192: angles spread by half their mean, so means by 8 %, and the record's by 4 % more
  expect(Math.max(...scores.map((score, k) => Math.abs(score / recorded[k]! - 1)))).toBeLessThan(0.3);
  expect(Math.max(...scores.slice(0, 2))).toBeLessThan(0.75 * Math.min(...scores.slice(2)));
  network.dispose();
});

test("are ten, shifts first, none accepted; six span the affine fields, the rest have nothing of them", () => {
  const { generators, affine } = record;
  expect(generators.map(({ verdict }) => verdict)).toEqual(new Array(10).fill("rejected"));
  const { names, fields } = affine!;
  const shifts = ["∂x", "∂y"].map((name) => names.indexOf(name));
  for (const { cosines } of fields.slice(0, 2))
    expect(Math.hypot(...shifts.map((k) => cosines[k]!))).toBeGreaterThan(0.98);
  const shares = fields.map(({ share }) => share);
  expect([Math.min(...shares.slice(0, 6)) > 0.95, Math.max(...shares.slice(6)) < 0.2]).toEqual([true, true]);
});
