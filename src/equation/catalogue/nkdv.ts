import { type CatalogueRow, longLine } from "./row.js";

/** KdV in the time 50 exp(t/50): its symmetries hold exp(±t/50). */
export const nkdv: CatalogueRow = {
  ...longLine,
  title: "KdV with growing coefficients",
  text: "u_t = -exp(t/50)*(u*u_x + u_xxx)",
  parameters: {},
  initial: { sines: 10, lowest: 1, above: 2 },
};
