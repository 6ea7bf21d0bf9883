/** The flow by hand: a field, a slider for s, one for the time of the profile; the worker moves the solution, the page draws it. */
import { chip } from "../../src/report/candidates.js";
import { colourBar } from "../../src/report/heatmap.js";
import { html, type Markup } from "../../src/report/markup.js";
import { numeral, percent } from "../../src/report/numeral.js";
import { boxOf, fill } from "../element.js";
import type { Keeper } from "../keeper/client.js";
import type { Grid, Movable, Moved } from "../keeper/protocol.js";
import { openPainter } from "../watch/painter.js";
import { frame, paint } from "./heat.js";
import { profile } from "./profile.js";

const COARSE: Grid = [64, 48]; // while the slider moves
const FINE: Grid = [192, 128];
const QUICK = 250; // ms that a coarse picture may take for a fine one to follow
const HALF = 100; // slider steps on either side of 0

/** A field to choose. */
export interface Choice {
  readonly slot: number;
  readonly label: Markup;
  readonly spoken: string;
}

export interface FlowPanel {
  show(movable: Movable, choices: readonly Choice[]): void;
  hide(): void;
}

export function openFlow(keeper: Keeper, complain: (error: Error) => void): FlowPanel {
  const section = boxOf("flow");
  const painter = openPainter(0);
  let movable: Movable | null = null;
  let choices: readonly Choice[] = [];
  let field = 0;
  let moved: Moved | null = null;
  let still: Moved | null = null; // the solution itself, on the grid of `moved`
  const unmoved = new Map<string, Moved>();
  let busy = false;
  let wanted: { readonly s: number; readonly grid: Grid } | null = null;

  const part = <T extends HTMLElement>(name: string): T => section.querySelector<T>(`[data-part="${name}"]`)!;
  const slider = (): HTMLInputElement => part<HTMLInputElement>("s");
  const sOf = (): number => {
    const reach = movable!.reach[field] ?? 1;
    return Number((Number(slider().value) * (reach / HALF)).toPrecision(6));
  };
  const timeOf = (): number => {
    const [first, last] = movable!.t;
    return first + (Number(part<HTMLInputElement>("time").value) / HALF) * (last - first);
  };

  section.addEventListener("input", ({ target }) => {
    const { name, value } = target as HTMLInputElement;
    if (name === "flow-field") {
      field = Number(value);
      slider().value = "0";
    }
    if (name === "flow-s" || name === "flow-field") wish();
    label();
    painter.ask("profile", paintProfile);
  });
  section.addEventListener("click", ({ target }) => {
    if (!(target as HTMLElement).closest('[data-part="back"]')) return;
    slider().value = "0";
    wish();
    label();
  });

  function label(): void {
    const s = sOf();
    part("s-value").textContent = `s = ${numeral(s, 3)}`;
    slider().setAttribute("aria-valuetext", `s is ${numeral(s, 3)}`);
    part("time-value").textContent = `t = ${numeral(timeOf(), 3)}`;
    part<HTMLInputElement>("time").setAttribute("aria-valuetext", `t is ${numeral(timeOf(), 3)}`);
  }

  /** Asks for the newest s, coarse first; one request at a time. */
  function wish(grid: Grid = COARSE): void {
    wanted = { s: sOf(), grid };
    if (!busy) void serve();
  }

  async function serve(): Promise<void> {
    busy = true;
    let own = movable;
    try {
      while (wanted && movable) {
        const { s, grid } = wanted;
        const at = field;
        own = movable;
        wanted = null;
        const key = grid.join();
        const before = unmoved.get(key) ?? (await keeper.ask({ kind: "move", field: 0, s: 0, grid }));
        if (own !== movable) continue;
        unmoved.set(key, before);
        const begun = performance.now();
        const next = s === 0 ? before : await keeper.ask({ kind: "move", field: at, s, grid });
        if (own !== movable) continue;
        moved = { ...next, s, field: at };
        still = before;
        painter.ask("heat", paintHeat);
        painter.ask("profile", paintProfile);
        if (wanted === null && grid === COARSE && performance.now() - begun < QUICK) wanted = { s: sOf(), grid: FINE };
      }
    } catch (error) {
      if (own === movable) complain(error as Error); // else it is of something that is gone
    } finally {
      busy = false;
    }
  }

  function paintHeat(): void {
    if (!moved || !movable) return;
    paint(part<HTMLCanvasElement>("heat"), moved, movable.u);
    section.dataset.s = String(moved.s);
    const notes = [
      moved.kept < 0.995 &&
        `${percent(1 - moved.kept)} of the picture is left blank: those places come from before the first or after the last time of the solution.`,
      moved.folded > 0 && "Here the move folds the graph over itself, so u has several values; a smaller s is meant.",
    ].filter((note) => note !== false);
    part("notes").textContent = notes.join(" ");
  }

  function paintProfile(): void {
    if (!moved || !still || !movable) return;
    const [columns, rows] = moved.grid;
    const [first, last] = movable.t;
    const time = timeOf();
    const j = Math.round(((time - first) / (last - first)) * (rows - 1));
    const row = ({ u }: Moved): Float32Array => u.subarray(j * columns, (j + 1) * columns);
    const slot = choices[field]?.slot ?? 1;
    fill(part("profile"), profile(moved.s === 0 ? null : row(still), row(moved), slot, movable.x, movable.u));
    fill(part("frame"), frame(movable.x, movable.t, time));
  }

  return {
    show(next, own) {
      movable = next.reason === null ? next : null;
      choices = own;
      field = 0;
      moved = still = null;
      unmoved.clear();
      delete section.dataset.s;
      section.hidden = false;
      if (next.reason !== null || own.length === 0) {
        fill(
          section,
          html`<h2 id="flow-title">Move a solution</h2><p>${next.reason ?? "There is no field to move it along."}</p>`,
        );
        return;
      }
      fill(section, skeleton(next, own));
      slider().value = String(START);
      label();
      wish();
    },
    hide() {
      movable = null;
      wanted = null;
      section.hidden = true;
    },
  };
}

const START = 50; // of HALF: a solution that has visibly moved

const skeleton = ({ u }: Movable, choices: readonly Choice[]): Markup => html`<h2 id="flow-title">Move a solution</h2>
<p>Below is a solution that learning never saw, as u in colour over x and t. Drag s to carry every point of it along the field you choose. Along a symmetry it stays a solution: waves of the same kind, whose heights, widths and speeds still belong together. Along a rejected field it is bent into something else.</p>
<fieldset class="pick"><legend>Along</legend>${choices.map(({ slot, label }, i) => html`<label><input type="radio" name="flow-field" value="${i}"${i === 0 && html` checked`}><span>${chip(slot)} ${label}</span></label>`)}</fieldset>
<div class="slider"><label for="flow-s">How far: <output data-part="s-value" for="flow-s"></output></label><input id="flow-s" name="flow-s" data-part="s" type="range" min="${-HALF}" max="${HALF}" step="1" value="0"><button type="button" data-part="back">Back to s = 0</button></div>
<div class="figures"><figure><div class="heat"><canvas data-part="heat" width="2" height="2" role="img" aria-label="The moved solution u over x and t, in colour"></canvas><div data-part="frame"></div></div>${colourBar(u)}<figcaption>u(x, t) after the move. <span data-part="notes" aria-live="polite"></span></figcaption></figure>
<figure><div data-part="profile"></div><div class="slider"><label for="flow-time">At the time <output data-part="time-value" for="flow-time"></output></label><input id="flow-time" name="flow-time" data-part="time" type="range" min="0" max="${HALF}" step="1" value="${HALF / 2}"></div><figcaption>The same along the line in the picture: <span class="nowrap">before (dashed)</span> and <span class="nowrap">after the move (solid)</span>.</figcaption></figure></div>`;
