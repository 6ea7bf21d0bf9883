/** `liefield audit`: how far a trained operator commutes with symmetries. */
import { chartOf } from "../data/chart.js";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import { openMachine } from "../engine/machine.js";
import { generatorsFrom } from "../flow/generatorspec.js";
import { generatorSpecOf } from "../learn/generatorchoice.js";
import type { AuditRecord } from "../use/audit.js";
import { checkBox, lengthsOf } from "../use/reach.js";
import { checkWhole } from "../use/solutions.js";
import { aligned, type Column } from "./aligned.js";
import type { Context } from "./command.js";
import { reason } from "./destination.js";
import { kernelsOption } from "./domain.js";
import { generatorOptions, namedGenerators } from "./generatorsource.js";
import { trajectoriesIn } from "./giventrajectories.js";
import { auditSchema, choices, defaults, validated } from "./options.js";
import { wrap } from "./paragraph.js";
import { progressOn } from "./progress.js";
import { about } from "./source.js";
import { valuesOf } from "./strict.js";
import { command } from "./usage.js";
import { jsonLine, visible } from "./visible.js";

export const audit = command(
  "audit",
  "Says how far a trained operator commutes with symmetries: its own rollout is moved along each generator, and the operator asked to continue what came out. It commutes where that gives the moved rollout again.",
  {
    "what is looked at": {
      operator: { type: "positional", required: false, description: "FILE.safetensors that train wrote" },
      data: { type: "positional", required: false, description: "FILE.npz of trajectories that rollouts begin from" },
      trajectories: {
        type: "string",
        valueHint: "N",
        description: `Of them, the first ones; default ${defaults.audited}`,
      },
    },
    "along what": {
      ...generatorOptions,
      sigma: {
        type: "string",
        valueHint: "S",
        description: `How far, forth and back, in the data's extents; default ${defaults.sigma}`,
      },
    },
    "running and results": {
      backend: {
        type: "string",
        valueHint: choices.backend.join("|"),
        description: `What runs the operator; default ${defaults.backend}`,
      },
      kernels: kernelsOption,
      json: { type: "boolean", description: "Print it on stdout as one JSON object" },
    },
  },
  runAudit,
);

/** `commutes`: ten times better than it predicts; `within its error`: not much worse; else `does not commute`. */
type Verdict = "commutes" | "within its error" | "does not commute" | "not known";

interface Line {
  readonly name: string;
  readonly defect: number | null; // the larger of the two ways
  readonly states: number;
  readonly verdict: Verdict;
}

async function runAudit(
  args: Record<string, unknown>,
  rawArgs: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const options = validated(auditSchema, args);
  const { operator: file, data: dataFile, trajectories, sigma, kernels, backend, json } = options;
  const adapter = await work.adapter();
  const named = await namedGenerators(options, valuesOf(rawArgs, "generator"), adapter);
  if (!named) throw new InputError("no generators came; give --field FILE, or --generator TEXT");
  const bytes = await adapter.readFile(file, SAFETENSORS_LIMIT).catch((error) => {
    throw new InputError(`${file} cannot be read: ${reason(error)}; name an operator that train wrote`);
  });
  const data = await trajectoriesIn(dataFile, adapter);
  await about(dataFile, () => checkWhole(data, null));
  const spec = generatorSpecOf(named.choice, data, null);
  const progress = progressOn(io.stderr);
  const machine = await openMachine(adapter, { workers: 0, kernels });
  let record: AuditRecord;
  try {
    const generators = generatorsFrom(spec, machine.kernels);
    checkBox(generators, data);
    const lengths = lengthsOf(generators, data, chartOf(data));
    record = await work.audit(bytes, adapter, { backend }, machine.kernels, {
      ...{ data, generators, trajectories, signal },
      amounts: Array.from(lengths, (length) => [sigma / length, -sigma / length]),
      progress: (done, of) => progress.show({ stage: "audit", done, of }),
    });
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  } finally {
    progress.stop();
    await machine.close();
  }
  signal.throwIfAborted();
  const lines = record.generators.map((both, k): Line => {
    const known = both.flatMap(({ defect }) => defect ?? []);
    const defect = known.length > 0 ? Math.max(...known) : null;
    return {
      ...{ name: named.names[k]!, defect, verdict: verdictOf(defect, record.error) },
      states: both.reduce((sum, { states }) => sum + states, 0),
    };
  });
  io.stderr.write(`${tableOf(lines, record.error, sigma, Math.min(trajectories, data.n), file)}\n`);
  if (json)
    io.stdout.write(
      jsonLine({
        ...{ schema: 1, version, operator: file, data: dataFile, sigma, error: record.error },
        generators: lines.map((line, k) => ({ ...line, amounts: record.generators[k] })),
      }),
    );
}

function verdictOf(defect: number | null, error: number): Verdict {
  if (defect === null) return "not known";
  if (defect <= 0.1 * error) return "commutes";
  return defect <= 1.5 * error ? "within its error" : "does not commute";
}

const MEANINGS: Readonly<Record<Verdict, string>> = {
  commutes:
    "it treats a solution and the moved one alike, ten times better than it predicts; training on copies moved along it teaches nothing",
  "within its error": "what it does to moved solutions is as right as what it does to others, no more",
  "does not commute": "it predicts solutions moved along it worse than others; training on copies so moved may help",
  "not known": "no rows are left after moving so far; take a smaller --sigma",
};

function tableOf(lines: readonly Line[], error: number, sigma: number, count: number, file: string): string {
  const columns: Column<Line>[] = [
    ["generator", ({ name }) => visible(name), "left"],
    ["defect", ({ defect }) => (defect === null ? "–" : percent(defect))],
    ["states", ({ states }) => String(states)],
    ["so it", ({ verdict }) => verdict, "left"],
  ];
  const about = `${visible(file)} predicts ${count} ${count === 1 ? "trajectory" : "trajectories"} with an error of ${percent(error)} of how far states change meanwhile (root mean square; 100 % is standing still). Defect: the same of its own rollouts, moved along each generator by ±${sigma} of the data's extents, so how far moving and predicting depend on their order.`;
  const meant = [...new Set(lines.map(({ verdict }) => verdict))].map((verdict) => `${verdict}: ${MEANINGS[verdict]}.`);
  return `\n${wrap(about).join("\n")}\n\n${aligned(lines, columns)}\n\n${meant.flatMap((line) => wrap(line)).join("\n")}\n`;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
