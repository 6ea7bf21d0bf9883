/**
 * liefield as a library: what runs in every runtime. What a runtime lends (files, a clock, threads) is an adapter, passed in:
 * `adapter()` of "liefield/adapter" is that of the runtime one is in, each has its own name in "liefield/node", "liefield/deno",
 * "liefield/browser" and "liefield/workerd".
 *
 * Long calls stop when their `AbortSignal` aborts, report through `progress`, and need a `seed`: the same one makes the same
 * run on the same engine. They throw `InputError` for input that cannot be used, `NumericalError` where the numbers fail.
 */

import type { Drawing } from "./data/drawn.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import type { EvaluateHooks, EvaluateOptions, Evaluation } from "./evaluate.js";
import type { Classified, ClassifyHooks, ClassifyOptions } from "./learn/classify.js";
import type { Mixture, MixtureOptions } from "./learn/mixture.js";
import type { Operator, OperatorEngine } from "./learn/operator.js";
import type { OperatorHooks, OperatorOptions } from "./learn/operatortraining.js";
import type { Hooks } from "./learn.js";
import type { BackendOptions, EngineReport } from "./network/backend.js";

/** What could run the network on this machine, in order of preference, and why not the others. Starts each of them. */
export async function describeBackends(options: BackendOptions = {}): Promise<EngineReport[]> {
  return (await import("./network/backend.js")).describeBackends(options); // a network library: loaded when asked for
}

/**
 * Trains a Fourier neural operator to continue windows of trajectories. Stops between steps when the signal aborts; throws InputError or
 * NumericalError. Close it when done.
 */
export async function trainOperator(
  options: OperatorOptions,
  adapter: Adapter,
  hooks: Partial<OperatorHooks> = {},
): Promise<Operator> {
  return (await import("./learn/operatortraining.js")).trainOperator(options, adapter, hooks);
}

/** A trained operator from the bytes of its file. Throws InputError for a file that cannot be used. */
export async function readOperator(
  bytes: Uint8Array,
  adapter: Adapter,
  engine: OperatorEngine = {},
): Promise<Operator> {
  return (await import("./learn/trainedoperator.js")).readOperator(bytes, adapter, engine);
}

/**
 * Trajectories from a file, .npz, .npy or HDF5, however long: it is read in pieces, and where it has more than `held` bytes of them, by default
 * 64 MiB, these are some of them, evenly spread, with `drawnFrom` saying of how many. Throws InputError that names the array at fault.
 */
export async function readTrajectories(path: string, adapter: Adapter, drawing: Drawing = {}): Promise<Trajectories> {
  return (await import("./data/drawn.js")).readTrajectories(path, adapter, drawing);
}

/**
 * Trajectories mixed with copies of them moved along symmetries, as a `supply` for `trainOperator`. Throws InputError where nothing can be moved.
 */
export async function augmentedSupply(
  options: MixtureOptions,
  adapter: Adapter,
  hooks: Partial<Pick<Hooks, "signal" | "progress">> = {},
): Promise<Mixture> {
  return (await import("./learn/mixture.js")).augmentedSupply(options, adapter, hooks);
}

/**
 * Operators trained with and without augmentation, over sizes and seeds, and rolled out over trajectories that nothing was learned from. Goes on
 * with what a store holds. Throws InputError, NumericalError.
 */
export async function evaluate(
  options: EvaluateOptions,
  adapter: Adapter,
  hooks: Partial<EvaluateHooks> = {},
): Promise<Evaluation> {
  return (await import("./evaluate.js")).evaluate(options, adapter, hooks);
}

/**
 * Trains image classifiers with several augmentations and seeds, on equal terms, and compares them on held-out images. Stops between steps when the
 * signal aborts; throws InputError or NumericalError.
 */
export async function classify(
  options: ClassifyOptions,
  adapter: Adapter,
  hooks: ClassifyHooks = {},
): Promise<Classified> {
  return (await import("./learn/classify.js")).classify(options, adapter, hooks);
}

// Use: more trajectories from few.
export { type Augmented, type AugmentHooks, type AugmentOptions, type AugmentRecord, augment } from "./augment.js";
// Data: trajectories, from arrays or .npz bytes or simulated, and the map between their units and normalised coordinates.
export { type Chart, chartOf, normalise, normaliseVectors, physical, physicalVectors } from "./data/chart.js";
export { arraysOf, trajectoriesOf } from "./data/check.js";
export type { Drawing } from "./data/drawn.js";
export { type NumericArray, readNpz, writeNpz } from "./data/npz.js";
export type { Trajectories } from "./data/trajectories.js";
// Engines: plain TypeScript or SIMD WebAssembly behind one contract.
export type { Adapter } from "./engine/adapter.js";
export type { KernelRequest } from "./engine/engines.js";
export { InputError, NumericalError } from "./engine/error.js";
export type { Axis, FlowPlan, Kernels, Program, SplineShape } from "./engine/kernels.js";
export { oracleKernels } from "./engine/oracle/oracle.js";
export { type KernelSource, kernelModule } from "./engine/simd/module.js";
export { simdKernels } from "./engine/simd/simd.js";
// Equations: the built-in ones, by name.
export { type CatalogueRow, catalogue, equationOf } from "./equation/catalogue.js";
export type { Equation, EquationSpec } from "./equation/equation.js";
// Evaluation: a table that resumes, and its page.
export type {
  CellStore,
  EvaluateHooks,
  EvaluateOptions,
  EvaluateProgress,
  Evaluation,
  Source,
} from "./evaluate.js";
// Expressions: members of a library, components of formulas.
export type { Expression } from "./expression/expression.js";
export { parse } from "./expression/parse.js";
export { latex, sympy, text } from "./expression/print.js";
export { compile } from "./expression/program.js";
// Fields: what is learned, as a function of points.
export { closedField, type Derivative, type Formula } from "./field/closed.js";
export type { Field } from "./field/field.js";
export { formulaField } from "./field/formula.js";
export { physicalField } from "./field/physical.js";
export { SplineField } from "./field/spline.js";
// Flows: of splines by the kernels along a plan, of expressions directly.
export { directFlow } from "./flow/direct.js";
export type { Flow, Generators } from "./flow/generators.js";
export { flowPlan } from "./flow/plan.js";
// Classifiers with and without augmentation.
export type { AugmentationName, Cell, Classified, ClassifyHooks, ClassifyOptions, Row } from "./learn/classify.js";
// What was learned, to be followed, kept and used again.
export { fieldsOf, generatorsOf, readField, type StoredField, writeField } from "./learn/fields.js";
export type { Mixture, MixtureOptions } from "./learn/mixture.js";
export type { Operator, OperatorEngine } from "./learn/operator.js";
export type { OperatorHooks, OperatorOptions, OperatorProgress, OperatorSettings } from "./learn/operatortraining.js";
// Learning, with its defaults.
export {
  type CheckpointHook,
  type Hooks,
  type Learned,
  type LearnOptions,
  learn,
  type Progress,
  type Training,
} from "./learn.js";
export { type NeuralOptions, neuralDefaults } from "./learning/neural.js";
export type { BackendOptions, BackendRequest, EngineReport } from "./network/backend.js";
// Brackets of fields given by expressions.
export { bracket } from "./reading/bracket.js";
export { type Thresholds, thresholds } from "./reading/certificate.js";
// The results, and their pages.
export { renderEvaluation } from "./report/evaluation.js";
export { renderReport } from "./report/html.js";
export type { AlgebraRecord, FormulaRecord, GeneratorRecord, RunFigures, RunRecord } from "./report/run.js";
export { type SimulateHooks, type SimulateOptions, simulate } from "./simulate.js";
// Samples of a function or of dynamics, from the arrays of an .npz.
export { dynamicsSamples } from "./task/dynamics.js";
export { functionSamples } from "./task/function.js";
// Use: a trajectory moved by a symmetry, on its own grid again.
export { randomAmounts } from "./use/amounts.js";
export { type AuditOptions, type AuditRecord, audit } from "./use/audit.js";
export { type Method, type Resampled, resample } from "./use/resample.js";
// Operators at work: rollouts, their error, baselines, and where training windows come from.
export {
  type Predictor,
  persistencePredictor,
  type RolloutError,
  rollout,
  rolloutError,
  zeroPredictor,
} from "./use/rollout.js";
export { type Supply, supplyOf } from "./use/windows.js";
export { version } from "./version.js";
