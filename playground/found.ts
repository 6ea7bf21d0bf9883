/** The fields of a run or of a file, as the figures draw them and the flow offers them. */
import { flowOracle } from "../src/engine/oracle/flow.js";
import { splineOracle } from "../src/engine/oracle/spline.js";
import { tapeOracle } from "../src/engine/oracle/tape.js";
import { variable } from "../src/expression/expression.js";
import { parse } from "../src/expression/parse.js";
import { formulaGenerators, splineGenerators } from "../src/flow/generators.js";
import { fieldsOf } from "../src/learn/fields.js";
import type { Learned } from "../src/learn.js";
import { verdict } from "../src/report/candidates.js";
import { html, type Markup } from "../src/report/markup.js";
import { typeset } from "../src/report/mathml.js";
import type { Choice } from "./flow/flow.js";
import type { Opened } from "./keeper/protocol.js";
import type { Shown } from "./watch/watch.js";

export interface Found {
  readonly shown: readonly Shown[];
  readonly choices: readonly Choice[];
}

export function foundBy(learned: Learned): Found {
  const { record, figures } = learned;
  const fields = fieldsOf(learned);
  const library = record.method === "library";
  return list(
    record.generators.map((g, k) => ({
      name: library ? `V${g.slot}` : `slot ${g.slot}`,
      slot: g.slot,
      value: (points: Float64Array) => fields[k]!.value(points),
      label: library && g.reads !== null ? typeset(figures.mathml?.[g.slot - 1], g.reads) : verdict(g),
    })),
  );
}

export function foundIn({ splines, chart, formulas, components, verdicts }: Opened): Found {
  const kernels = { ...splineOracle, ...flowOracle, ...tapeOracle };
  const names = (name: string) => (chart.names.includes(name) ? variable(name) : undefined);
  const { fields } = splines
    ? splineGenerators(kernels, splines.shape, splines.control, chart)
    : formulaGenerators(
        kernels,
        components.map((own) => own.map((text) => parse(text, { names }))),
        chart,
      );
  return list(
    fields.map((field, k) => ({
      name: splines ? `field ${k + 1}` : `V${k + 1}`,
      slot: k + 1,
      value: (points: Float64Array) => field.value(points),
      label: splines ? verdict({ verdict: verdicts[k]! }) : typeset(formulas[k]!.mathml, formulas[k]!.reads),
    })),
  );
}

const list = (all: readonly (Shown & { readonly label: Markup })[]): Found => ({
  shown: all,
  choices: all.map(({ name, slot, label }) => ({ slot, spoken: name, label: html`${name} ${label}` })),
});
