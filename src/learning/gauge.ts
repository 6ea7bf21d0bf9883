/**
 * A network whose fields have no component along given coordinates, for tasks in which every symmetry has a representative without one
 * (dynamics: τ = 0, so that no slot is lost to the trivial multiples of ∂t + f·∂z).
 */
import type { ControlNetwork } from "./neural.js";

/** `width`: components of a control point; `still`: those held at 0. */
export function withoutComponents(network: ControlNetwork, width: number, still: readonly number[]): ControlNetwork {
  if (still.length === 0) return network;
  const masked = (control: Float32Array): Float32Array => control.map((c, i) => (still.includes(i % width) ? 0 : c));
  return {
    get skipped() {
      return network.skipped;
    },
    forward: async () => masked(await network.forward()),
    step: (cotangent, learningRate) => network.step(masked(cotangent), learningRate),
    restart: (slot, stream, warm) => network.restart(slot, stream, warm),
    state: () => network.state(),
    restore: (state) => network.restore(state),
  };
}
