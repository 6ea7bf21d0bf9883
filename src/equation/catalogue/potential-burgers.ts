import { type CatalogueRow, shortLine } from "./row.js";

/** Its u_x solves the Burgers equation of `burgers.ts`; u = −2ν log w for solutions w of the heat equation. */
export const potentialBurgers: CatalogueRow = {
  ...shortLine,
  title: "Potential Burgers",
  text: "u_t = nu*u_xx - u_x^2/2",
  parameters: { nu: 0.1 }, // 256 places resolve its corners; those of 0.01 they do not
  step: 0.0125,
  initial: { sines: 10, lowest: 1, above: 3 },
};
