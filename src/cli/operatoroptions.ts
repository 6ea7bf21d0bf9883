/** Sizes of an operator, for every command that trains one. */
import type { ArgsDef } from "citty";
import { choices, defaults } from "./options.js";

export const operatorOptions = {
  preset: {
    type: "string",
    valueHint: choices.preset.join("|"),
    description: `Sizes of the operator and of its training: minutes on two cores, or the paper's; default ${defaults.evaluation.preset}`,
  },
  epochs: {
    type: "string",
    valueHint: "N",
    description: "Times each trajectory is gone through, instead of the preset's 40",
  },
  width: { type: "string", valueHint: "N", description: "Channels, instead of the preset's" },
  modes: { type: "string", valueHint: "N", description: "Fourier modes, instead of the preset's" },
  backend: {
    type: "string",
    valueHint: choices.backend.join("|"),
    description: `What runs the networks; default ${defaults.backend}`,
  },
} as const satisfies ArgsDef;
