import { type CatalogueRow, shortLine } from "./row.js";

export const burgers: CatalogueRow = {
  ...shortLine,
  title: "Burgers",
  text: "u_t = -u*u_x + nu*u_xx",
  parameters: { nu: 0.01 },
  solver: "coleHopf",
  step: 0.0125,
};
