/** Does augmentation help an operator? Every arm, size and seed trained and rolled out over the same trajectories that none has seen, in one table. */
import type { AugmentOptions } from "./augment.js";
import { partition } from "./data/simulation.js";
import type { Trajectories } from "./data/trajectories.js";
import type { Adapter } from "./engine/adapter.js";
import { text } from "./expression/print.js";
import { decodeFieldFile, type FieldFile } from "./field/fieldfile.js";
import { type CellStore, checkpointOf, kept, placeOf, resumable, samePlan } from "./learn/cellstore.js";
import { type EvaluateOptions, type Plan, planOf, type Source } from "./learn/evaluationplan.js";
import { writeField } from "./learn/fields.js";
import { augmentedSupply } from "./learn/mixture.js";
import { type OperatorSettings, trainOperator } from "./learn/operatortraining.js";
import { learn } from "./learn.js";
import { simulate } from "./simulate.js";
import { type Cell, encodeCell } from "./use/cell.js";
import { type Arm, type Evaluation, type EvaluationOf, evaluationOf } from "./use/evaluation.js";
import { persistencePredictor, rollout, rolloutError, zeroPredictor } from "./use/rollout.js";
import { batchesOf, supplyOf } from "./use/windows.js";

export type { Arm, Cell, CellStore, EvaluateOptions, Evaluation, Source };

export interface EvaluateProgress {
  readonly done: number; // training steps, of all cells
  readonly of: number;
  readonly text: string;
}

export interface EvaluateHooks {
  readonly signal: AbortSignal;
  readonly progress: (event: EvaluateProgress) => void;
  /** Default: nothing is kept. With one, cells that are there already are not made again. */
  readonly store: CellStore;
  /** After every cell: what it gave, and the table so far. */
  readonly cell: (cell: Cell, evaluation: Evaluation) => void | Promise<void>;
}

/**
 * Trains an operator for every arm, size and seed, one after another, and rolls it out over the test trajectories. A seed's trajectories are the
 * first of one sequence at every size, and the same for all arms, as are weights and the places windows are cut from; test trajectories come from a
 * seed of their own and are seen by no learner. Stops between training steps when the signal aborts: cells that are done stay in the store. Cost of a
 * cell: the training, 20 ms a step of `small`, and what its generators cost. Throws InputError, NumericalError.
 */
export async function evaluate(
  options: EvaluateOptions,
  adapter: Adapter,
  hooks: Partial<EvaluateHooks> = {},
): Promise<Evaluation> {
  const plan = planOf(options);
  const { signal } = hooks;
  const store = hooks.store && (await samePlan(plan, hooks.store));
  const { settings } = plan;
  const quiet = signal ? { signal } : {};
  const made = (seed: number, trajectories: number): Promise<Trajectories> =>
    simulate({ ...options, seed, trajectories }, adapter, quiet);
  const test = await made(plan.testSeed, plan.test);
  const { inputs, outputs } = settings;
  const score = async (predictor: Parameters<typeof rollout>[0]) =>
    rolloutError(await rollout(predictor, test, signal), test);
  const baselines = {
    zero: await score(zeroPredictor(inputs, outputs)),
    persistence: await score(persistencePredictor(inputs, outputs, test.nx)),
  };
  const { trajectories: sizes, seeds } = options;
  const of: EvaluationOf = {
    task: options.task,
    equation: plan.equation.text,
    ...{ preset: plan.preset, steps: plan.steps, trajectories: sizes, seeds },
    settings: saidOf(settings),
    arms: plan.arms.map(({ name, method, source }): Arm => ({ name, method, source })),
    test: { trajectories: plan.test, seed: plan.testSeed, steps: test.nt - inputs },
    ...{ sigma: plan.sigma, copies: plan.copies, original: plan.original },
  };
  const cells: Cell[] = [];
  const epochsOf = (count: number): number =>
    plan.steps === null ? settings.epochs : Math.max(1, Math.round(plan.steps / batchesOf({ count }, settings)));
  const stepsOf = (count: number): number => epochsOf(count) * batchesOf({ count }, settings);
  const all = sizes.reduce((sum, n) => sum + stepsOf(n), 0) * seeds.length * plan.arms.length;
  let done = 0;
  const progress = (place: string) => (step: number, what: string) =>
    hooks.progress?.({ done: done + step, of: all, text: `${place}: ${what}` });

  for (const seed of seeds) {
    const most = await made(seed, Math.max(...sizes));
    for (const n of sizes) {
      const [data] = partition(most, n);
      for (const arm of plan.arms) {
        const name = `cell-${placeOf(n, seed, arm.name)}.json`;
        const tell = progress(`${n} trajectories, seed ${seed}, ${arm.name}`);
        let cell = await kept(store, name, { trajectories: n, seed, arm: arm.name, along: arm.along });
        if (!cell) {
          cell = await train(data, seed, arm, tell);
          await store?.write(name, encodeCell(cell));
          await store?.remove(checkpointOf(n, seed, arm.name));
        }
        cells.push(cell);
        done += stepsOf(n);
        tell(0, `error ${cell.mean.toPrecision(3)}`);
        await hooks.cell?.(cell, evaluationOf(of, cells, baselines));
      }
    }
  }
  return evaluationOf(of, cells, baselines);

  /** One cell. */
  async function train(
    data: Trajectories,
    seed: number,
    arm: Plan["arms"][number],
    tell: (step: number, what: string) => void,
  ): Promise<Cell> {
    const begun = adapter.now();
    const moved = arm.from && (await movedAlong(arm.from, data, seed, tell));
    if (moved) tell(0, "moving trajectories");
    const { workers, kernels } = options;
    const { sigma, copies, original } = plan;
    const mixture =
      moved && moved.count > 0
        ? await augmentedSupply(
            {
              ...{ data, seed, sigma, copies, original, windows: inputs + outputs, equation: plan.spec },
              along: "span", // sources differ in their basis, which is not what is compared
              ...{ method: arm.method as Exclude<AugmentOptions["method"], undefined>, ...moved.along },
              ...present({ workers, kernels }),
            },
            adapter,
            quiet,
          )
        : null;
    const ready = adapter.now();
    const { backend, wasmPath, network } = options;
    const operator = await trainOperator(
      {
        ...{ data, seed, preset: plan.preset, supply: mixture ?? supplyOf(data) },
        settings: { ...settings, epochs: epochsOf(data.n) },
        ...(store && (await resumable(store, checkpointOf(data.n, seed, arm.name)))),
        ...present({ backend, wasmPath, network }),
      },
      adapter,
      {
        ...quiet,
        progress: ({ step, epoch, epochs, loss }) =>
          tell(step, `epoch ${epoch + 1} of ${epochs}, loss ${loss.toPrecision(2)}`),
      },
    );
    try {
      const trained = adapter.now();
      const { perStep, perTrajectory, mean } = await score(operator);
      return {
        ...{ trajectories: data.n, seed, arm: arm.name, along: arm.along, perStep, perTrajectory, mean },
        ...{ generators: moved?.count ?? null, kept: mixture?.record.kept ?? null, history: operator.history },
        seconds: { augment: ready - begun, train: trained - ready, rollout: adapter.now() - trained },
        engine: `${operator.engine.network}, ${operator.engine.kernels}`,
      };
    } finally {
      operator.close();
    }
  }

  async function movedAlong(
    { formulas, field, learned }: Source,
    data: Trajectories,
    seed: number,
    tell: (step: number, what: string) => void,
  ): Promise<{ readonly count: number; readonly along: Pick<AugmentOptions, "field" | "formulas"> }> {
    if (formulas) return { count: formulas.length, along: { formulas } };
    const own = field ?? (await fieldOf(data, seed, tell));
    if (learned === "formulas") {
      const texts = own.formulas.map((components) => components.map(text));
      return { count: texts.length, along: { formulas: texts } };
    }
    return { count: own.verdicts.filter((verdict) => verdict === "accepted").length, along: { field: own } };
  }

  /** What the trajectories themselves teach: learned once for all arms. */
  async function fieldOf(
    data: Trajectories,
    seed: number,
    tell: (step: number, what: string) => void,
  ): Promise<FieldFile> {
    const name = `field-${data.n}-${seed}.safetensors`;
    const there = await store?.read(name);
    if (there) return decodeFieldFile(there);
    const { task, equation, parameters, learning, backend, wasmPath, network, workers, kernels } = options;
    const given = { equation, parameters, backend, wasmPath, network, workers, kernels };
    const learned = await learn({ task, seed, data, ...learning, ...present(given) }, adapter, {
      ...quiet,
      progress: ({ stage, done: at, of: whole }) => tell(0, `learning generators, ${stage} ${at} of ${whole}`),
    });
    const bytes = writeField(learned);
    await store?.write(name, bytes);
    return decodeFieldFile(bytes);
  }
}

/** Settings that count. */
function saidOf({ factor, ...settings }: OperatorSettings): Evaluation["settings"] {
  return settings.schedule === "quarters" ? { ...settings, factor } : settings;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Options that were given. */
const present = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
