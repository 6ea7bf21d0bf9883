/** The viscous Burgers equation u_t = −u u_x + ν u_xx (Burgers 1948). */
import type { Equation } from "./equation.js";
import { equationText, monomial } from "./monomial.js";

export function burgers(nu: number): Equation {
  const terms = [
    monomial(-1, [
      [0, 1],
      [1, 1],
    ]),
    monomial(nu, [[2, 1]]),
  ];
  return {
    name: "burgers",
    text: equationText(terms),
    components: ["u"],
    space: 1,
    timeOrder: 1,
    order: 2,
    parameters: { nu },
    terms,
    linear: [[[2, nu]]],
    quadraticFlux: -0.5,
  };
}
