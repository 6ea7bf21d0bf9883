import { beforeAll, describe, expect, test } from "@jest/globals";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { accuracyOf, smallShape, trainClassifier } from "../../src/learning/classification.js";
import { chooseBackend } from "../../src/network/backend.js";
import { Classifier } from "../../src/network/classifier.js";
import { digits } from "../fixtures/digits.js";

const set = { ...digits(), n: 40 };
const draw = stream(1, "classification");
const create = (): Classifier => Classifier.create(smallShape(set), stream(1, "classifier"));

describe("a classifier", () => {
  beforeAll(async () => {
    await chooseBackend("wasm");
  });
  test("is neither trained nor measured on images without labels", async () => {
    const network = create();
    const bare = { ...set, labels: null };
    await expect(accuracyOf(oracleKernels, network, bare, "plain", draw)).rejects.toThrow(
      "no labels to tell what is right by",
    );
    await expect(trainClassifier(oracleKernels, network, bare, "plain", draw)).rejects.toThrow("no labels to train");
    network.dispose();
  });
  test("refuses labels that are no class of its own, before it learns from them", async () => {
    const network = create();
    const before = await network.weights();
    const labels = set.labels!.map((label, i) => (i % 2 ? 10 : label));
    const options = { steps: 1, batch: 32, rate: 1e-3 };
    await expect(trainClassifier(oracleKernels, network, { ...set, labels }, "plain", draw, options)).rejects.toThrow(
      /labels\[\d+\] is 10 but the network tells 10 classes apart; give whole numbers from 0 to 9/,
    );
    const after = await network.weights();
    for (const [name, array] of before) expect(array.every((v, i) => v === after.get(name)![i])).toBe(true);
    network.dispose();
  });
  test("says that its loss or its gradient is not finite, and stays as it was", async () => {
    const network = create();
    const images = { n: 2, height: 28, width: 28, channels: 1, values: new Float32Array(1568).fill(Number.NaN) };
    await expect(network.step(images, [0, 1], 1e-3)).rejects.toThrow(
      /(loss is NaN|gradient is not finite); lower the learning rate/,
    );
    expect([...(await network.weights()).values()].every((array) => array.every(Number.isFinite))).toBe(true);
    network.dispose();
  });
});
