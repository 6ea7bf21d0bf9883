/** The curves of a run: score against s, and loss against step. */
import { chip } from "./candidates.js";
import { type Curve, chart } from "./chart.js";
import { controlName } from "./designation.js";
import { html, type Markup } from "./markup.js";
import { isNumber, type Maybe, numeral } from "./numeral.js";
import type { GeneratorRecord, RunFigures, RunRecord } from "./run.js";

export function scores({ generators, method, certificateReason }: RunRecord): Markup {
  const name = (slot: number): string => (method === "library" ? `V${slot}` : String(slot));
  const moved = generators.filter((g) => g.flow.length > 0);
  const shifts = [...new Set(moved.flatMap((g) => g.flow.map((f) => f.s)))].sort((a, b) => a - b);
  const curves: Curve[] = moved.map((g) => {
    const all = withFloor(g);
    return {
      slot: g.slot,
      label: name(g.slot),
      points: all.map((f) => [f.s, f.score]),
      upper: all.map((f) => f.worst),
      marks: true,
    };
  });
  const controls = [...shifts.filter((s) => s < 0), 0, ...shifts.filter((s) => s > 0)].map(
    (s) => [s, s === 0 ? null : median(moved.map((g) => g.flow.find((f) => f.s === s)?.control))] as const,
  );
  const floor = median(moved.map((g) => g.floor));
  const ends = [shifts[0], shifts.at(-1)];
  curves.push({ slot: 0, label: "control", points: controls, marks: false, dashed: true });
  curves.push({ slot: 0, label: "floor", points: ends.map((s) => [s, floor]), marks: false, dashed: true });
  const spoken = `Flow score against s for ${moved.length} fields, with the floor at ${numeral(floor)} and the control, ${controlName(method)}`;
  const drawn = moved.length > 0 && chart(curves, ["flow parameter s", "flow score (relative residual)"], spoken);
  return html`<section id="scores"><h2>Score against s</h2>${
    drawn
      ? html`<figure>${drawn}${legend(generators, name)}<figcaption>How far the moved data are from what they should be. Look for curves that stay near the <b>floor</b> for all s: those are symmetries. Curves that climb towards the <b>control</b>, ${controlName(method)}, are not. Lines are means over held-out trajectories, bands reach to the worst one.</figcaption></figure>`
      : html`<p>No flow score was computed in this run.${certificateReason && html` ${certificateReason}`}</p>`
  }</section>`;
}

export function losses({ generators }: RunRecord, { loss }: RunFigures): Markup | false {
  if (loss === null) return false;
  const curves: Curve[] = generators.map(({ slot }, i) => ({
    slot,
    label: String(slot),
    points: thinned(loss.step.map((step, k) => [step, exponential(loss.slots[i]?.[k])] as const)),
    marks: false,
  }));
  const drawn = chart(
    curves,
    ["training step", "training score"],
    `Loss curves of ${curves.length} slots against the training step, logarithmic`,
  );
  return (
    drawn !== null &&
    html`<section id="losses"><h2>Learning</h2><figure>${drawn}${legend(generators, String)}<figcaption>The relative score that each slot was trained on, batch by batch, on training data. Slots that find a symmetry fall by orders of magnitude; one that levels off high has none left to find.</figcaption></figure></section>`
  );
}

/** The record's entries with the floor at s = 0 where they skip it. */
function withFloor(g: GeneratorRecord): readonly { s: number; score: Maybe; worst: Maybe }[] {
  const all: { s: number; score: Maybe; worst: Maybe }[] = g.flow.map(({ s, score, worst }) => ({ s, score, worst }));
  if (!all.some((f) => f.s === 0)) all.push({ s: 0, score: g.floor, worst: g.floor });
  return all.sort((a, b) => a.s - b.s);
}

const legend = (generators: readonly GeneratorRecord[], name: (slot: number) => string): Markup =>
  html`<ul class="legend">${generators.map((g) => html`<li>${chip(g.slot)} ${name(g.slot)} ${g.verdict}</li>`)}</ul>`;

/** At most some 300 points, each the lowest or highest of its stretch, so that spikes stay. */
function thinned(points: readonly (readonly [number, Maybe])[]): readonly (readonly [number, Maybe])[] {
  const stretch = Math.ceil(points.length / 150);
  if (stretch <= 2) return points;
  const kept = [];
  for (let i = 0; i < points.length; i += stretch) {
    const sorted = points
      .slice(i, i + stretch)
      .filter((p) => isNumber(p[1]))
      .sort((a, b) => a[1]! - b[1]!);
    if (sorted.length > 0) kept.push(...[sorted[0]!, sorted.at(-1)!].sort((a, b) => a[0] - b[0]));
  }
  return kept;
}

const exponential = (value: Maybe): number | null => (isNumber(value) ? Math.exp(value) : null);

function median(values: readonly Maybe[]): number | null {
  const sorted = values.filter(isNumber).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
