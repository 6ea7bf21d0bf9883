/** The Korteweg–de Vries equation u_t = −u u_x − u_xxx (Korteweg & de Vries 1895). */
import type { Equation } from "./equation.js";
import { equationText, monomial } from "./monomial.js";

const terms = [
  monomial(-1, [
    [0, 1],
    [1, 1],
  ]),
  monomial(-1, [[3, 1]]),
];

export const kdv: Equation = {
  name: "kdv",
  text: equationText(terms),
  components: ["u"],
  space: 1,
  timeOrder: 1,
  order: 3,
  parameters: {},
  terms,
  linear: [[[3, -1]]],
  quadraticFlux: -0.5,
};
