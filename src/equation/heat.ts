/** The heat equation u_t = ν u_xx (Fourier 1822). */
import type { Equation } from "./equation.js";
import { equationText, monomial } from "./monomial.js";

export function heat(nu: number): Equation {
  const terms = [monomial(nu, [[2, 1]])];
  return {
    name: "heat",
    text: equationText(terms),
    components: ["u"],
    space: 1,
    timeOrder: 1,
    order: 2,
    parameters: { nu },
    terms,
    linear: [[[2, nu]]],
    quadraticFlux: 0,
  };
}
