/** A training step of the neural operator where the package has one; else of the operations it consists of, and named so. */
import { stream } from "../../dist/engine/random.js";
import { fourierStep } from "./fourier.mjs";

/** {name, make(sizes, seed)}; sizes as those of fourier.mjs. */
export async function operatorOrItsParts() {
  const own = await import("../../dist/network/operator/network.js").catch(() => null); // not built into every version
  return own
    ? { name: "neural operator", make: (sizes, seed) => operatorStep(own, sizes, seed) }
    : { name: "operations of an FNO", make: fourierStep };
}

/** `work` resolves with the loss before the step. */
async function operatorStep({ chooseArithmetic, OperatorNetwork }, { batch, channels, ...sizes }, seed) {
  const { arithmetic, reason } = await chooseArithmetic();
  const network = OperatorNetwork.create({ ...sizes, inputs: channels, outputs: channels }, seed, arithmetic);
  const { normal } = stream(seed, "operator bench");
  const [x, y] = [0, 1].map(() => Float32Array.from({ length: batch * channels * sizes.nx }, normal));
  const note = reason === null ? {} : { note: `on tfjs's kernels: ${reason}` };
  return { work: () => network.step(x, y, 1e-3, 1e-2), end: () => network.dispose(), ...note };
}
