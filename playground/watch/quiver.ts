/** A field's arrows in the plane of two coordinates that the user picks. */
import { html, type Markup } from "../../src/report/markup.js";
import { given } from "../../src/report/numeral.js";
import { slotClass } from "../../src/report/palette.js";
import { drawnFor, plane, quiver, still } from "../../src/report/quiver.js";
import { type Frame, slice, type Value } from "../../src/report/slices.js";

export type Pair = readonly [a: number, b: number];

/** All planes of the coordinates, x and t first. */
export function pairsOf(names: readonly string[]): Pair[] {
  const pairs = names.flatMap((_, b) => Array.from({ length: b }, (_, a): Pair => [a, b]));
  const order = ([a, b]: Pair): number => (names[a] === "x" && names[b] === "t" ? -1 : names[a] === "x" ? 0 : 1);
  return pairs.sort((p, q) => order(p) - order(q));
}

export interface Drawn {
  readonly picture: Markup;
  readonly caption: Markup;
}

export function drawField(name: string, slot: number, value: Value, frame: Frame, pair: Pair): Drawn {
  const shown = plane(slice(value, frame, pair));
  const s = drawnFor([shown])[0] ?? 0;
  const { across, at } = shown.slice;
  const scale = still(shown, s)
    ? "Dots: it hardly moves points in this plane."
    : `Each arrow is the move of its middle point for s\u00a0=\u00a0${given(s)}, to the scale of the axes.`;
  const spoken = `Arrows of ${name} in the plane of ${across[0]} and ${across[1]}. ${scale}`;
  return {
    picture: html`<div class="${slotClass(slot)}">${quiver(shown, s, spoken)}</div>`,
    caption: html`${at !== "" && `At ${at}. `}${scale}`,
  };
}
