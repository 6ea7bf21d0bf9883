import type { CatalogueRow } from "./row.js";

export const wave2d: CatalogueRow = {
  title: "Wave, two dimensions",
  text: "u_tt = u_xx + u_yy",
  parameters: {},
  length: 2 * Math.PI,
  lengthY: 2 * Math.PI,
  nx: 64,
  ny: 64,
  time: 4,
  outputs: 24,
  used: 24,
  solver: "etdrk4",
  step: 0.1, // any: the integrator is exact without a nonlinear part
  initial: { kind: "fourier", modes: 4, amplitude: 1 },
};
