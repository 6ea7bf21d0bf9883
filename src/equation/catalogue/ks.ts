import { type CatalogueRow, longLine } from "./row.js";

export const ks: CatalogueRow = {
  ...longLine,
  title: "Kuramoto–Sivashinsky",
  text: "u_t = -u*u_x - u_xx - u_xxxx",
  parameters: {},
  length: 64,
  outputs: 500,
};
