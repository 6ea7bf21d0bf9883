/** Three figures that follow the training: scores over steps, one slot's field, and the spectrum; after it they show what was found. */
import type { Chart } from "../../src/data/chart.js";
import { splineOracle } from "../../src/engine/oracle/spline.js";
import { controlLength } from "../../src/engine/shape.js";
import { physicalField } from "../../src/field/physical.js";
import { SplineField } from "../../src/field/spline.js";
import type { Training } from "../../src/learn.js";
import { chip } from "../../src/report/candidates.js";
import { html, type Markup } from "../../src/report/markup.js";
import { planesOf, type Value } from "../../src/report/slices.js";
import { boxOf, fill } from "../element.js";
import { Scores } from "./curves.js";
import { openPainter } from "./painter.js";
import { drawField, type Pair, pairsOf } from "./quiver.js";
import { regionOf } from "./region.js";
import { liveSpectrum } from "./spectrum.js";

const EVERY = 100; // ms between drawings of one figure
const SMOOTHED = 10; // steps that a mark of the spectrum takes to follow

/** A field to choose among those drawn. */
export interface Shown {
  readonly name: string; // "slot 2", "V1"
  readonly slot: number; // its colour
  readonly value: Value;
}

export interface Watch {
  /** Empties the figures for a run of its own. */
  begin(method: "neural" | "library"): void;
  train(training: Training, history: readonly Float64Array[]): void;
  /** The fields that were found, and the run's own spectrum where it has one. */
  end(fields: readonly Shown[], chart: Chart, spectrum: Markup | false): void;
  /** Leaves the figures as they are. */
  stop(): void;
  hide(): void;
}

export function openWatch(): Watch {
  const section = boxOf("watch");
  const title = boxOf("watch-title");
  const figures = boxOf("figures");
  const painter = openPainter(EVERY);
  let scores = new Scores();
  let smooth: Float64Array | null = null;
  let fields: readonly Shown[] = [];
  let chart: Chart | null = null;
  let chosen = 0;
  let pair: Pair = [0, 1];
  let picked = false; // by the user
  let trained = false; // fields change no more

  fill(figures, SKELETON);
  const part = (name: string): HTMLElement => figures.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
  const [slots, planes] = [part("slots"), part("planes")];
  slots.addEventListener("change", ({ target }) => {
    chosen = Number((target as HTMLInputElement).value);
    showBest();
    painter.ask("field", paintField);
  });
  planes.addEventListener("change", ({ target }) => {
    pair = pairsOf(chart!.names)[Number((target as HTMLInputElement).value)]!;
    picked = true;
    painter.ask("field", paintField);
  });

  /** The plane that shows a field best, unless the user picked one. While fields change it stays. */
  function showBest(): void {
    const shown = fields[chosen];
    if (picked || !trained || !shown || !chart) return;
    const best = planesOf(shown.value, regionOf(chart))[0];
    const pairs = pairsOf(chart.names);
    const at = pairs.findIndex(([a, b]) => a === best?.[0] && b === best[1]);
    if (at < 0) return;
    pair = pairs[at]!;
    planes.querySelectorAll("input")[at]!.checked = true;
  }

  function paintField(): void {
    const shown = fields[chosen];
    if (!shown || !chart) return;
    const { picture, caption } = drawField(shown.name, shown.slot, shown.value, regionOf(chart), pair);
    fill(part("field"), picture);
    fill(part("field-scale"), caption);
  }

  /** Choices of field and plane, made anew only where they change. */
  function offer(next: readonly Shown[], on: Chart): void {
    const names = (list: readonly Shown[]): string => list.map(({ name }) => name).join();
    const same = names(fields) === names(next);
    const samePlanes = chart?.names.join() === on.names.join();
    fields = next;
    chart = on;
    if (!same) {
      chosen = Math.min(chosen, Math.max(0, next.length - 1));
      fill(
        slots,
        html`<legend>Field of</legend>${next.map(({ name, slot }, i) => radio("slot", i, i === chosen, html`${chip(slot)} ${name}`))}`,
      );
    }
    if (!samePlanes) {
      const pairs = pairsOf(on.names);
      pair = pairs[0]!;
      fill(
        planes,
        html`<legend>Plane</legend>${pairs.map(([a, b], i) => radio("plane", i, i === 0, html`${on.names[a]}, ${on.names[b]}`))}`,
      );
    }
  }

  return {
    begin(method) {
      painter.forget();
      scores = new Scores();
      smooth = null;
      fields = [];
      chart = null;
      chosen = 0;
      picked = trained = false;
      for (const name of ["scores", "spectrum", "field", "field-scale", "slots", "planes"])
        part(name).replaceChildren();
      part("scores-figure").hidden = method === "library";
      part("spectrum-figure").hidden = false;
      part("spectrum-caption").hidden = false;
      title.textContent = "Learning";
      section.hidden = method === "library";
    },
    train({ splines: { shape, control }, chart: on, scores: own }, history) {
      scores.add(history);
      for (const row of history)
        smooth = smooth === null ? row.slice() : smooth.map((v, b) => v + (row[b]! - v) / SMOOTHED);
      const size = controlLength(shape);
      const slots = Array.from(own, (_, b): Shown => {
        const field = (): SplineField =>
          new SplineField(splineOracle, shape, control.subarray(b * size, (b + 1) * size));
        return { name: `slot ${b + 1}`, slot: b + 1, value: (points) => physicalField(field(), on).value(points) };
      });
      offer(slots, on);
      painter.ask("scores", () => {
        const drawn = scores.picture();
        if (drawn) fill(part("scores"), drawn);
      });
      painter.ask("field", paintField);
      painter.ask("spectrum", () => {
        if (smooth) fill(part("spectrum"), liveSpectrum(smooth));
      });
    },
    end(found, on, spectrum) {
      offer(found, on);
      trained = true;
      showBest();
      title.textContent = "What was learned, drawn";
      section.hidden = false;
      part("spectrum-figure").hidden = spectrum === false;
      part("scores-figure").hidden = scores.last === null;
      part("spectrum-caption").hidden = true;
      painter.ask("field", paintField);
      if (spectrum !== false) painter.ask("spectrum", () => fill(part("spectrum"), spectrum));
    },
    stop() {
      painter.forget();
      title.textContent = "Cancelled: as far as it came";
      if (fields.length === 0) section.hidden = true;
    },
    hide() {
      painter.forget();
      section.hidden = true;
    },
  };
}

const radio = (name: string, value: number, checked: boolean, label: Markup): Markup =>
  html`<label><input type="radio" name="${name}" value="${value}"${checked && html` checked`}><span>${label}</span></label>`;

const SKELETON = html`<figure data-part="field-figure"><h3>Where the field carries points</h3><div data-part="field" class="plot"></div><div class="pickers"><fieldset data-part="slots" class="pick"></fieldset><fieldset data-part="planes" class="pick"></fieldset></div><figcaption><span data-part="field-scale"></span> Parallel arrows of one length are a shift; arrows that lengthen along an axis are a boost or a scaling.</figcaption></figure>
<figure data-part="scores-figure"><h3>How near to a symmetry</h3><div data-part="scores" class="plot"></div><figcaption>Each slot’s score: how strongly the equation objects to a small move along its field. A slot that finds a symmetry falls by orders of magnitude; one that levels off high has none left to find.</figcaption></figure>
<figure data-part="spectrum-figure"><h3>Spectrum</h3><div data-part="spectrum" class="plot"></div><figcaption data-part="spectrum-caption">The same scores now, lowest first. Look for the gap: what lies below it will count as symmetries.</figcaption></figure>`;
