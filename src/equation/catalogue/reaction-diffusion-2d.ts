import type { CatalogueRow } from "./row.js";

/** The λ–ω system with λ = 1 − A², ω = −βA², A² = u² + v²; constants of Champion, Lusch, Kutz & Brunton (2019). */
export const reactionDiffusion2d: CatalogueRow = {
  title: "Reaction–diffusion (λ–ω), two dimensions",
  text: [
    "u_t = d*(u_xx + u_yy) + (1 - u^2 - v^2)*u + beta*(u^2 + v^2)*v",
    "v_t = d*(v_xx + v_yy) + (1 - u^2 - v^2)*v - beta*(u^2 + v^2)*u",
  ].join("; "),
  parameters: { beta: 1, d: 0.1 },
  length: 20,
  lengthY: 20,
  nx: 64,
  ny: 64,
  time: 10,
  outputs: 24,
  used: 24,
  solver: "etdrk4",
  step: 0.02,
  initial: { kind: "fourier", modes: 4, amplitude: 0.5 },
};
