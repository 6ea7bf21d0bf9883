import { type CatalogueRow, longLine } from "./row.js";

/** Waves that spread cylindrically; t + 1 is their time. */
export const ckdv: CatalogueRow = {
  ...longLine,
  title: "Cylindrical KdV",
  text: "u_t = -u*u_x - u_xxx - u/(2*t + 2)",
  parameters: {},
};
