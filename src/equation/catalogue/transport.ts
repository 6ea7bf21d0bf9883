import { type CatalogueRow, shortLine } from "./row.js";

/** First order in space and time: every function of x − ct gives symmetries, so their number is infinite. */
export const transport: CatalogueRow = {
  ...shortLine,
  title: "Transport",
  text: "u_t = -c*u_x",
  parameters: { c: 1 },
  step: 1, // any: the integrator is exact without a nonlinear part
};
