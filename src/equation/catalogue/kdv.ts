import { type CatalogueRow, longLine } from "./row.js";

export const kdv: CatalogueRow = {
  ...longLine,
  title: "Korteweg–de Vries",
  text: "u_t = -u*u_x - u_xxx",
  parameters: {},
};
