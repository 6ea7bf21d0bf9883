/** In a file of its own: no engine has started here yet. */
import { expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { chooseBackend } from "../../src/network/backend.js";

test("an engine that two ask for at once starts once, and the first one's tensors stay", async () => {
  const kept: tf.Tensor[] = [];
  const asked = async (): Promise<void> => {
    await chooseBackend("wasm");
    kept.push(tf.tensor1d([kept.length, 7]));
  };
  await Promise.all([asked(), asked(), asked()]);
  expect(await Promise.all(kept.map(async (x) => [...(await x.data())]))).toEqual([
    [0, 7],
    [1, 7],
    [2, 7],
  ]);
  tf.dispose(kept);
});
