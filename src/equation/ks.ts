/** The Kuramoto–Sivashinsky equation u_t = −u u_x − u_xx − u_xxxx (Kuramoto & Tsuzuki 1976; Sivashinsky 1977). */
import type { Equation } from "./equation.js";
import { equationText, monomial } from "./monomial.js";

const terms = [
  monomial(-1, [
    [0, 1],
    [1, 1],
  ]),
  monomial(-1, [[2, 1]]),
  monomial(-1, [[4, 1]]),
];

export const ks: Equation = {
  name: "ks",
  text: equationText(terms),
  components: ["u"],
  space: 1,
  timeOrder: 1,
  order: 4,
  parameters: {},
  terms,
  linear: [
    [
      [2, -1],
      [4, -1],
    ],
  ],
  quadraticFlux: -0.5,
};
