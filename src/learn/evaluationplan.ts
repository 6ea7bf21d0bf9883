/** What an evaluation is to compare, checked and complete. */
import type { Method } from "../augment.js";
import type { KernelRequest } from "../engine/engines.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import type { Equation, EquationSpec } from "../equation/equation.js";
import type { FieldFile } from "../field/fieldfile.js";
import type { LearnOptions } from "../learn.js";
import type { SimulateOptions } from "../simulate.js";
import { specOf } from "../task/pde.js";
import type { Arm } from "../use/evaluation.js";
import type { OperatorEngine } from "./operator.js";
import { type OperatorSettings, type operatorPresets, settingsOf } from "./operatortraining.js";

/** Where generators come from: given, or learned from the very trajectories that the operator is trained on. */
export interface Source {
  readonly name: string;
  readonly formulas?: readonly (readonly string[])[]; // in physical coordinates, such as ["t", "0", "1"]
  readonly field?: FieldFile; // its accepted generators
  readonly learned?: "slots" | "formulas"; // the accepted ones themselves, or what they read as
}

export interface EvaluateOptions
  extends OperatorEngine,
    Pick<SimulateOptions, "task" | "equation" | "parameters" | "length" | "nx" | "time" | "outputs"> {
  readonly trajectories: readonly number[]; // to train on: a table for each
  readonly seeds: readonly number[]; // each draws trajectories, weights and windows of its own
  readonly methods: readonly ("none" | Method)[];
  readonly generators?: readonly Source[]; // default: learned
  readonly test?: number; // trajectories rolled out, the same for all; default 64
  readonly testSeed?: number; // what they are drawn by; default 1000003
  readonly preset?: keyof typeof operatorPresets; // default small
  readonly settings?: Partial<OperatorSettings>; // instead of the preset's
  /** Of every training, whatever its size, instead of the settings' epochs; default 3000 where the preset is small and no epochs are given. */
  readonly steps?: number;
  readonly sigma?: number; // as in `augment`, along a basis of the span; default 0.2
  readonly copies?: number; // of each trajectory; default 16
  readonly original?: number; // share of windows that are not moved; default 0.5
  /** How generators are learned; default the neural learner, its own settings. */
  readonly learning?: Partial<
    Pick<LearnOptions, "method" | "library" | "degree" | "criterion" | "generators" | "steps" | "width" | "knots">
  >;
  readonly workers?: number | "auto"; // of simulation, learning and augmentation
  readonly kernels?: KernelRequest;
}

export interface Plan {
  readonly spec: EquationSpec;
  readonly equation: Equation;
  readonly preset: keyof typeof operatorPresets;
  readonly settings: OperatorSettings;
  readonly steps: number | null; // null: the settings' epochs
  /** `along` tells fields of one name apart: formulas, or a field's fingerprint; "" where they are learned. */
  readonly arms: readonly (Arm & { readonly from: Source | null; readonly along: string })[];
  readonly test: number;
  readonly testSeed: number;
  readonly sigma: number;
  readonly copies: number;
  readonly original: number;
  /** Everything that numbers of one cell depend on besides its place in the table and its generators: cells of another text are of another table. */
  readonly text: string;
}

const MOST = 10_000; // cells
const SMALL = 3000; // steps: with 1000 the operator has learned too little to gain by more data, KdV's own or moved; 60 s on one core

/** Throws InputError. */
export function planOf(options: EvaluateOptions): Plan {
  const { task, trajectories, seeds, methods, generators = [{ name: "learned", learned: "slots" }] } = options;
  const { test = 64, testSeed = 1_000_003, preset = "small", sigma = 0.2, copies = 16, original = 0.5 } = options;
  const { equation: given, parameters = {} } = options;
  const spec = specOf({ task, seed: 0, parameters, ...(given === undefined ? {} : { equation: given }) });
  const equation = equationOf(spec);
  if (equation.space !== 1 || equation.components.length !== 1 || equation.timeOrder !== 1)
    throw new InputError(
      `operators are for one equation of first order in time, in one space dimension so far, but ${task} is ${equation.text}; take another`,
    );
  whole("test", [test], 1);
  whole("testSeed", [testSeed], 0);
  whole("seeds", seeds, 0);
  whole("trajectories", trajectories, 1);
  if (seeds.includes(testSeed))
    throw new InputError(`seed ${testSeed} is that of the test trajectories; take another, or another testSeed`);
  const learns = methods.some((method) => method !== "none") && generators.some(({ learned }) => learned !== undefined);
  if (learns && trajectories.some((n) => n < LEAST))
    throw new InputError(
      `trajectories are ${trajectories.join(", ")}, but generators are learned from at least ${LEAST}; pass more, or generators that are known`,
    );
  distinct("methods", methods);
  if (methods.some((method) => method !== "none"))
    distinct(
      "generators",
      generators.map(({ name }) => name),
    );
  for (const { name, formulas, field, learned } of generators)
    if ([formulas, field, learned].filter((given) => given !== undefined).length !== 1)
      throw new InputError(`the generators "${name}" must be formulas, a field, or learned; pass one of them`);
  const arms = methods.flatMap((method): Plan["arms"][number][] =>
    method === "none"
      ? [{ name: method, method: null, source: null, from: null, along: "" }]
      : generators.map((from) => ({
          ...{ name: `${method} ${from.name}`, method, source: from.name, from },
          along: from.formulas ? JSON.stringify(from.formulas) : from.field ? fingerprint(from.field) : "",
        })),
  );
  if (arms.length * seeds.length * trajectories.length > MOST)
    throw new InputError(
      `${arms.length} arms, ${trajectories.length} sizes and ${seeds.length} seeds came; at most ${MOST} cells fit a table`,
    );
  const settings = settingsOf({ seed: 0, preset, ...(options.settings && { settings: options.settings }) });
  const { length, nx, time, outputs, learning = {} } = options;
  const domain = { length, nx, time, outputs };
  const own = preset === "small" && options.settings?.epochs === undefined ? SMALL : null;
  const steps = options.steps ?? own;
  if (steps !== null) whole("steps", [steps], 1);
  const numbers = { test, testSeed, settings, steps, sigma, copies, original };
  return {
    ...{ spec, equation, preset, arms },
    ...numbers,
    text: JSON.stringify({ ...spec, ...domain, ...numbers, learning }),
  };
}

const LEAST = 3; // trajectories that `learn` takes

function whole(name: string, values: readonly number[], least: number): void {
  if (values.length === 0 || !values.every((value) => Number.isSafeInteger(value) && value >= least))
    throw new InputError(`${name} is ${values.join(", ") || "empty"}; pass whole numbers from ${least}`);
  distinct(name, values);
}

function distinct(name: string, values: readonly unknown[]): void {
  if (values.length === 0) throw new InputError(`${name} is empty; pass at least one`);
  if (new Set(values).size < values.length) throw new InputError(`${name} are ${values.join(", ")}; pass each once`);
}

/** A number that tells fields apart. Source: Fowler, Noll & Vo, FNV-1a. */
function fingerprint({ splines, formulas, verdicts }: FieldFile): string {
  const text = JSON.stringify([formulas, verdicts, splines?.shape]);
  const bytes = splines ? new Uint8Array(splines.control.slice().buffer) : new Uint8Array();
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}
