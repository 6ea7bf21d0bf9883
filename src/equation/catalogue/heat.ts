import { type CatalogueRow, shortLine } from "./row.js";

/** Linear: to every solution w belongs the symmetry w ∂u. */
export const heat: CatalogueRow = {
  ...shortLine,
  title: "Heat",
  text: "u_t = nu*u_xx",
  parameters: { nu: 0.01 },
  step: 1, // any: the integrator is exact without a nonlinear part
};
