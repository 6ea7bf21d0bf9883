/** The program of the worker that keeps what was learned: moves solutions, writes files, opens them. */

import type { Chart } from "../../src/data/chart.js";
import { normaliseVectors } from "../../src/data/chart.js";
import { graph } from "../../src/data/graph.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { text } from "../../src/expression/print.js";
import type { Generators } from "../../src/flow/generators.js";
import { generatorsOf } from "../../src/learn/fields.js";
import type { Learned } from "../../src/learn.js";
import { renderReport } from "../../src/report/html.js";
import { roundDown } from "../../src/report/scale.js";
import { keptBytes, keptField } from "./kept.js";
import { kernelsHere } from "./kernels.js";
import { Mover } from "./mover.js";
import type { Answers, Movable, Opened, Request, Setting } from "./protocol.js";
import { simulated, solutionOf } from "./solution.js";

const REACH = 0.4; // extents of the data that a field of length 1 is followed by: what its certificate looked at

let learned: { readonly run: Learned; readonly setting: Setting } | null = null;
let mover: Mover | null = null;

globalThis.onmessage = async ({ data: { id, request } }: MessageEvent<{ id: number; request: Request }>) => {
  try {
    const value = await answer(request);
    const transfer = value instanceof Uint8Array ? [value.buffer] : [];
    postMessage({ id, value }, { transfer });
  } catch (error) {
    const { name, message } = error as Error;
    postMessage({ id, name, message });
  }
};

async function answer(request: Request): Promise<Answers[Request["kind"]]> {
  switch (request.kind) {
    case "keep": {
      const { learned: own, setting } = request;
      learned = { run: own, setting };
      const solution = solutionOf(own.figures, own.chart.scale[0]!);
      return ready(solution ?? reasonFor(own.chart), generatorsOf(own, await kernelsHere()), own.chart);
    }
    case "open":
      return open(request.bytes);
    case "move":
      if (!mover) throw new InputError("there is no solution to move; learn first");
      return mover.move(request.field, request.s, request.grid);
    case "field":
      return keptBytes(current().run, current().setting);
    case "report":
      return renderReport(current().run.record, current().run.figures);
  }
}

function current(): NonNullable<typeof learned> {
  if (!learned) throw new InputError("nothing was learned yet; press Learn first");
  return learned;
}

const reasonFor = ({ names }: Chart): string =>
  names.includes("y")
    ? "Solutions in two space dimensions are not drawn here; the arrows show what each field does."
    : "This equation has no solution on file to move; the arrows show what each field does.";

/** Makes a solution ready to be moved; a string says why there is none. */
async function ready(solution: Trajectories | string, generators: Generators, chart: Chart): Promise<Movable> {
  mover = null;
  if (typeof solution === "string") return { reason: solution, x: [0, 1], t: [0, 1], u: [0, 1], reach: [] };
  mover = new Mover(await kernelsHere(), solution, generators);
  const points = graph(solution, 0);
  const reach = generators.fields.map((field) => {
    const vectors = normaliseVectors(chart, field.value(points));
    const length = Math.sqrt(vectors.reduce((sum, v) => sum + v * v, 0) / (points.length / 3));
    return length > 0 ? roundDown(REACH / length) : REACH;
  });
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of solution.u) [lo, hi] = [Math.min(lo, value), Math.max(hi, value)];
  const { x, t, length, nt } = solution;
  return {
    reason: null,
    x: [x[0]!, x[0]! + length],
    t: [t[0]!, t[nt - 1]!],
    u: [Number(lo.toPrecision(4)), Number(hi.toPrecision(4))],
    reach,
  };
}

async function open(bytes: Uint8Array): Promise<Opened> {
  const { stored, equation, formulas, setting } = keptField(bytes, await kernelsHere());
  const { task, version, chart, verdicts, splines, generators } = stored;
  learned = null;
  const solution = await simulated(task, equation, setting).catch(
    (error: Error) => `No solution to move: ${error.message}. The arrows show what each field does.`,
  );
  const fits =
    typeof solution === "string" ||
    (chart.names.length === 3 && solution.ny === undefined && solution.components === 1);
  const movable = await ready(fits ? solution : reasonFor(chart), generators, chart);
  const components = stored.formulas.map((own) => own.map(text));
  return { ...movable, task, equation, version, chart, verdicts, formulas, components, splines };
}
