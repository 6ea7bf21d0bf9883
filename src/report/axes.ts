/** The frame of a figure: its place in the picture, ticks, labels. Lengths are the picture's own units, about a CSS pixel. */
import { html, type Markup, type Part } from "./markup.js";
import type { Scale } from "./scale.js";

/** Where the data are drawn. Every picture is `WIDTH` wide, so that their texts have one size. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const WIDTH = 360;

/** The picture around its content: `name` is what a screen reader says instead. */
export function picture(height: number, name: string, content: readonly Part[]): Markup {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}">${content}</svg>`;
}

/** Frame, ticks and labels; with `grid`, lines across at the y ticks. */
export function axes(box: Box, x: Scale, y: Scale, names: readonly [string, string], grid = false): Markup {
  const { left, right, top, bottom } = box;
  const ticksX = x.ticks.map(({ value, label }) => {
    const at = fixed(x(value));
    return html`<path d="M${at} ${bottom}v4"/><text x="${at}" y="${bottom + 15}" text-anchor="middle">${label}</text>`;
  });
  const ticksY = y.ticks.map(({ value, label }) => {
    const at = fixed(y(value));
    return html`<path d="M${left} ${at}h-4"/><text x="${left - 7}" y="${at}" dy=".35em" text-anchor="end">${label}</text>`;
  });
  const minor = y.minor.map((value) => `M${left} ${fixed(y(value))}h-2`).join("");
  const lines = grid && y.ticks.map(({ value }) => html`<path class="grid" d="M${left} ${fixed(y(value))}H${right}"/>`);
  const middle = (top + bottom) / 2;
  return html`<g class="axes">${lines}${minor !== "" && html`<path d="${minor}"/>`}<path d="M${left} ${top}H${right}V${bottom}H${left}Z"/>${ticksX}${ticksY}<text class="name" x="${(left + right) / 2}" y="${bottom + 32}" text-anchor="middle">${names[0]}</text><text class="name" transform="translate(11 ${middle}) rotate(-90)" text-anchor="middle">${names[1]}</text></g>`;
}

/** A hundredth of a pixel is enough. */
export const fixed = (value: number): number => Math.round(value * 100) / 100;
