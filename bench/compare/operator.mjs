/** A training step of the neural operator: a batch of windows up, forward and backward pass, AdamW, the loss down. */
import { stream } from "../../dist/engine/random.js";
import { chooseArithmetic, OperatorNetwork } from "../../dist/network/operator/network.js";

/** `batch` windows of `channels` times in and as many out; the other sizes are the operator's. `work` resolves with the loss before the step. */
export const operatorStep = async ({ batch, channels, ...sizes }, seed) => {
  const { arithmetic, reason } = await chooseArithmetic();
  const network = OperatorNetwork.create({ ...sizes, inputs: channels, outputs: channels }, seed, arithmetic);
  const { normal } = stream(seed, "operator bench");
  const [x, y] = [0, 1].map(() => Float32Array.from({ length: batch * channels * sizes.nx }, normal));
  const note = reason === null ? {} : { note: `on tfjs's kernels: ${reason}` };
  return { work: () => network.step(x, y, 1e-3, 1e-2), end: () => network.dispose(), ...note };
};
