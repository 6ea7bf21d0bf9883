/** Training of a neural operator on trajectories: windows in, the times after them out, AdamW down the mean square of what is missed. */
import { moments } from "../data/moments.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { nextTurn } from "../engine/turn.js";
import { cycle, quarters } from "../learning/schedule.js";
import { DurableOperator } from "../network/operator/durable.js";
import { checkShape, operatorDefaults } from "../network/operator/shape.js";
import { checked } from "../use/rollout.js";
import { batchesOf, type Supply, supplyOf, windowsOf } from "../use/windows.js";
import { openHost } from "./host.js";
import type { Operator, OperatorEngine } from "./operator.js";
import { decodeOperator, encodeOperator, type OperatorFile } from "./operatorfile.js";
import { TrainedOperator } from "./trainedoperator.js";

export interface OperatorSettings {
  readonly inputs: number; // times given
  readonly outputs: number; // times predicted at once
  readonly width: number; // channels
  readonly modes: number; // Fourier modes of a spectral path
  readonly layers: number;
  readonly hidden: number; // units of the projection
  readonly epochs: number;
  readonly batch: number; // windows per step
  readonly copies: number; // windows of each trajectory in an epoch
  readonly learningRate: number; // at its highest
  /** `quarters`, as in the paper: times `factor` after each quarter of the steps; `cosine`: up over the first 5 % of them, then down to 0. */
  readonly schedule: "quarters" | "cosine";
  readonly factor: number;
  readonly decay: number; // of weights, apart from the gradient
}

/** `paper`: Ko, Kim & Lee (2024), section 5, for a GPU or patience; `small`: minutes on two cores. */
export const operatorPresets = {
  small: {
    ...{ inputs: 20, outputs: 20, width: 32, modes: 32, layers: 4, hidden: 64 },
    ...{ epochs: 40, batch: 16, copies: 16, decay: 1e-2 },
    ...{ learningRate: 5e-3, schedule: "cosine", factor: 0.4 },
  },
  paper: {
    ...operatorDefaults,
    ...{ epochs: 40, batch: 16, copies: 16, decay: 1e-2 },
    ...{ learningRate: 1e-4, schedule: "quarters", factor: 0.4 },
  },
} as const satisfies Record<string, OperatorSettings>;

export interface OperatorOptions extends OperatorEngine {
  /** To train on, scalar in one space dimension; their mean and deviation become the operator's units. */
  readonly data: Trajectories;
  readonly seed: number; // of weights, order and windows
  readonly preset?: keyof typeof operatorPresets; // default small
  readonly settings?: Partial<OperatorSettings>; // instead of the preset's
  readonly supply?: Supply; // where windows are cut from instead of the data as they are: augmented ones
  /** The bytes of a checkpoint: training goes on from there, under the same settings and seed, to the same bits. */
  readonly resume?: Uint8Array;
  /** Called with a checkpoint's bytes after an epoch: every one, or where `every` seconds have passed since the last. */
  readonly checkpoint?: (bytes: Uint8Array, epoch: number) => Promise<void> | void;
  readonly every?: number; // default 0
}

export interface OperatorProgress {
  readonly epoch: number; // from 0
  readonly epochs: number;
  readonly step: number; // steps done, of all epochs
  readonly steps: number;
  readonly loss: number; // of the batch just seen, before the step
}

export interface OperatorHooks {
  readonly signal: AbortSignal;
  readonly progress: (event: OperatorProgress) => void;
}

/**
 * Trains an operator. Stops between steps when the signal aborts; throws InputError for data or settings that cannot be used, NumericalError where
 * the loss is not finite. A step at the paper's sizes takes 0.5 s on wasm, `small` 0.02 s.
 */
export async function trainOperator(
  options: OperatorOptions,
  adapter: Adapter,
  { signal, progress }: Partial<OperatorHooks> = {},
): Promise<Operator> {
  const { seed } = options;
  const settings = settingsOf(options);
  const { inputs, outputs, width, modes, layers, hidden, epochs } = settings;
  const data = checked(options.data, inputs + outputs);
  const supply = options.supply ?? supplyOf(data);
  if (supply.nx !== data.nx)
    throw new InputError(`the supply has ${supply.nx} places but the data ${data.nx}; pass one of the same grid`);
  const { mean, deviation } = moments(data, 0);
  if (!(deviation > 0 && Number.isFinite(deviation)))
    throw new InputError(`u has deviation ${deviation} over the data; pass trajectories that vary and are finite`);
  const shape = { nx: data.nx, inputs, outputs, width, modes, layers, hidden };
  checkShape(shape);
  const begun: Omit<OperatorFile, "state"> = {
    ...{ shape, scale: { mean, deviation }, epoch: 0, history: [] },
    training: JSON.stringify({ seed, count: supply.count, ...settings }),
  };
  const resumed = options.resume === undefined ? null : sameTraining(decodeOperator(options.resume), begun);
  const host = await openHost(options, adapter);
  const network = await DurableOperator.open(host, shape, resumed?.state ?? seed);
  const history = [...(resumed?.history ?? [])];
  const perEpoch = batchesOf(supply, settings);
  const steps = epochs * perEpoch;
  let saved = adapter.now();

  const runEpoch = async (epoch: number): Promise<number> => {
    let sum = 0;
    let step = epoch * perEpoch;
    for await (const { input, target, size } of windowsOf(supply, settings, begun.scale, seed, epoch)) {
      signal?.throwIfAborted();
      const rate = settings.learningRate * rateAt(settings, step, steps);
      const loss = await network.step(input, target, rate, settings.decay);
      sum += loss * size;
      step++;
      progress?.({ epoch, epochs, step, steps, loss });
      await nextTurn(); // wasm steps never wait: an interrupt would not come through
    }
    return sum / (supply.count * settings.copies);
  };
  try {
    while (history.length < epochs) {
      try {
        const loss = await runEpoch(history.length);
        await network.keep();
        history.push(loss);
      } catch (error) {
        if (await network.recovered(error)) continue; // the epoch again, on the next engine
        throw error;
      }
      if (options.checkpoint && adapter.now() - saved >= (options.every ?? 0)) {
        const file = { ...begun, epoch: history.length, history: [...history], state: await network.state() };
        await options.checkpoint(encodeOperator(file), history.length);
        saved = adapter.now();
      }
    }
    signal?.throwIfAborted();
  } catch (error) {
    network.dispose();
    throw error;
  }
  return new TrainedOperator(host, network, { ...begun, epoch: epochs, history });
}

const WARM = 0.05; // share of the steps

const rateAt = ({ schedule, factor }: OperatorSettings, done: number, of: number): number =>
  schedule === "cosine" ? cycle((done + 1) / of, WARM) : quarters(done, of, factor);

/** The preset's, or those given instead. Throws InputError. */
export function settingsOf({
  seed,
  preset = "small",
  settings,
}: Pick<OperatorOptions, "seed" | "preset" | "settings">): OperatorSettings {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError(`seed is ${seed}; pass a whole number from 0`);
  if (!Object.hasOwn(operatorPresets, preset))
    throw new InputError(`there is no preset ${preset}; take ${Object.keys(operatorPresets).join(" or ")}`);
  const all: OperatorSettings = { ...operatorPresets[preset], ...settings };
  for (const name of ["epochs", "batch", "copies"] as const)
    if (!(Number.isSafeInteger(all[name]) && all[name] >= 1))
      throw new InputError(`${name} is ${all[name]}; pass a whole number from 1`);
  if (!["quarters", "cosine"].includes(all.schedule))
    throw new InputError(`schedule is ${JSON.stringify(all.schedule)}; pass "quarters" or "cosine"`);
  for (const name of ["learningRate", "factor", "decay"] as const)
    if (!(Number.isFinite(all[name]) && all[name] >= 0))
      throw new InputError(`${name} is ${all[name]}; pass a number from 0`);
  return all;
}

/** Throws InputError unless a checkpoint is of the same training. */
function sameTraining(file: OperatorFile, begun: Omit<OperatorFile, "state">): OperatorFile {
  if (file.training !== begun.training)
    throw new InputError(
      `the checkpoint is of another training: ${file.training.slice(0, 300)} came, ${begun.training} is expected; resume with the settings it was begun with`,
    );
  const same = JSON.stringify([file.shape.nx, file.scale]) === JSON.stringify([begun.shape.nx, begun.scale]);
  if (!same)
    throw new InputError(
      "the checkpoint is of other data: their grid, mean or deviation differ; pass the same trajectories",
    );
  return file;
}
