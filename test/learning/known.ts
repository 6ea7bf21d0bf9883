/** Known generators as text, in the coordinates of the equation, and how far a learned span is from theirs. */

import { evaluate } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import type { Spectrum } from "../../src/learning/spectrum.js";
import { principalAngles } from "../../src/reading/angles.js";
import type { Conditions } from "../../src/validity/conditions.js";

const translations = ["1, 0, 0", "0, 1, 0"];
const boost = "t, 0, 1";

/** Of u_t = 0.01 u_xx and so on, within monomials of degree 2 (and the members named): Olver (1993), sections 2.4 and 4.4. */
export const known: Readonly<Record<string, readonly string[]>> = {
  kdv: [...translations, boost, "x, 3*t, -2*u"],
  ks: [...translations, boost],
  burgers: [...translations, boost, "x, 2*t, -u", "t*x, t^2, x - t*u"],
  heat: [...translations, "0, 0, u", "0, 0, 1", "0, 0, x", "0, 0, x^2 + 0.02*t", "x, 2*t, 0", "0.02*t, 0, -x*u"],
  "potential-burgers": [...translations, "0, 0, 1", "x, 2*t, 0", "t, 0, x", "t*x, t^2, x^2/2 + 4*t"], // ν = 4
  nkdv: ["1, 0, 0", "0, exp(-t/50), 0", "50*exp(t/50), 0, 1", "x, 150, -2*u"], // KdV's in the time 50 exp(t/50)
  ckdv: [
    "1, 0, 0",
    "2*sqrt(t+1), 0, 1/sqrt(t+1)",
    "x, 3*(t+1), -2*u",
    "x*sqrt(t+1)/2, sqrt(t+1)^3, x/(4*sqrt(t+1)) - u*sqrt(t+1)",
  ],
  "wave-2d": [
    ...["1, 0, 0, 0", "0, 1, 0, 0", "0, 0, 1, 0", "-y, x, 0, 0", "t, 0, x, 0", "0, t, y, 0", "x, y, t, 0"],
    "x^2 - y^2 + t^2, 2*x*y, 2*x*t, -x*u",
    "2*x*y, y^2 - x^2 + t^2, 2*y*t, -y*u",
    "2*t*x, 2*t*y, t^2 + x^2 + y^2, -t*u",
    ...["u", "1", "x", "y", "t", "x*y", "x*t", "y*t", "x^2 - y^2", "x^2 + t^2"].map((f) => `0, 0, 0, ${f}`),
  ],
  "schrodinger-2d": [
    ...["1, 0, 0, 0, 0", "0, 1, 0, 0, 0", "0, 0, 1, 0, 0", "-y, x, 0, 0, 0", "0, 0, 0, -v, u", "x, y, 2*t, -u, -v"],
    ...["2*t, 0, 0, -x*v, x*u", "0, 2*t, 0, -y*v, y*u"],
  ],
  "reaction-diffusion-2d": [...["1, 0, 0, 0, 0", "0, 1, 0, 0, 0", "0, 0, 1, 0, 0", "-y, x, 0, 0, 0", "0, 0, 0, -v, u"]],
};

/** Grassmann distance (radians) between the kept fields of a spectrum and generators, over the conditions' points. */
export function distanceToKnown(
  { units, points }: Conditions,
  { library, coefficients, kept }: Spectrum,
  generators: readonly string[],
): number {
  const { coordinates, functions } = library;
  const dim = coordinates.length;
  const count = Math.min(512, points.length / dim);
  const at = (p: number) => (name: string) => points[p * dim + coordinates.indexOf(name)]!;
  const members = functions.length * dim;
  const values = functions.map((f) => Float64Array.from({ length: count }, (_, p) => evaluate(f, at(p))));
  const learned = Array.from({ length: kept }, (_, k) =>
    Float64Array.from({ length: count * dim }, (_, i) => {
      const [p, a] = [Math.floor(i / dim), i % dim];
      const own = k * members + a * functions.length;
      return values.reduce((sum, value, f) => sum + coefficients[own + f]! * value[p]!, 0) / units.scale[a]!;
    }),
  );
  const truth = generators.map((generator) => {
    const parts = generator.split(", ").map((part) => parse(part));
    return Float64Array.from(
      { length: count * dim },
      (_, i) => evaluate(parts[i % dim]!, at(Math.floor(i / dim))) / units.scale[i % dim]!,
    );
  });
  return principalAngles(learned, truth).grassmann;
}
