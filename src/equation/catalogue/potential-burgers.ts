import { type CatalogueRow, shortLine } from "./row.js";

/** Its u_x solves the Burgers equation of `burgers.ts`; u = −2ν log w for solutions w of the heat equation. */
export const potentialBurgers: CatalogueRow = {
  ...shortLine,
  title: "Potential Burgers",
  text: "u_t = nu*u_xx - u_x^2/2",
  parameters: { nu: 4 }, // exp(u/(2ν)) ∂u, one of its symmetries, is then a smooth field of the data
  time: 0.25, // in which the longest wave decays by e
  step: 0.00125,
  initial: { sines: 10, lowest: 1, above: 3 },
};
