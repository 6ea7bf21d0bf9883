/** A training step of the field network: forward pass, control points down, their gradient up, backward pass and Adam. */
import { stream } from "../../dist/engine/random.js";
import { knotPoints } from "../../dist/field/spline.js";
import { FieldNetwork } from "../../dist/network/fieldnetwork.js";

const axes = ([x, t, u]) => [
  { kind: "periodic", lo: 0, hi: 1, knots: x },
  { kind: "open", lo: -0.6, hi: 1.6, knots: t },
  { kind: "open", lo: -1.5, hi: 1.5, knots: u },
];

/** `knots` along x, t, u; `generators` slots; `width` of the trunk; `head` units per slot. */
export const fieldNetworkStep = ({ knots, ...shape }, seed) => {
  const points = knotPoints({ axes: axes(knots), width: 3 });
  const options = { knotPoints: points, periodic: [true, false, false], dim: 3, ...shape };
  const network = FieldNetwork.create(options, stream(seed, "network"));
  const cotangent = Float32Array.from({ length: network.size }, (_, i) => Math.sin(i));
  return {
    async work() {
      await network.forward(); // waits for the numbers, and so for the step before
      await network.step(cotangent, 1e-3);
    },
    end: () => network.dispose(),
  };
};
