import type { CatalogueRow } from "./row.js";

/** i ψ_t + Δψ + |ψ|²ψ = 0 for ψ = u + iv. */
export const schrodinger2d: CatalogueRow = {
  title: "Cubic Schrödinger, two dimensions",
  text: "u_t = -v_xx - v_yy - (u^2 + v^2)*v; v_t = u_xx + u_yy + (u^2 + v^2)*u",
  parameters: {},
  length: 2 * Math.PI,
  lengthY: 2 * Math.PI,
  nx: 64,
  ny: 64,
  time: 1,
  outputs: 24,
  used: 24,
  solver: "etdrk4",
  step: 0.005,
  initial: { kind: "fourier", modes: 3, amplitude: 0.5 }, // larger data collapse to a point in finite time
};
