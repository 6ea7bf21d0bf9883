/** A field of the plane as arrows over the mean image, y downwards as rows of pixels go. */
import { axes, fixed, picture, WIDTH } from "./axes.js";
import { html, type Markup } from "./markup.js";
import { given } from "./numeral.js";
import { pixelAddress } from "./png.js";
import { drawnFor, marks, plane, still } from "./quiver.js";
import type { GeneratorFigures, Sheet } from "./run.js";

const [LEFT, TOP, SIDE] = [46, 8, WIDTH - 46 - 12];

export function overlay(slice: GeneratorFigures["slices"][number], mean: Sheet, name: string): Markup {
  const across = SIDE * Math.min(1, mean.width / mean.height);
  const down = SIDE * Math.min(1, mean.height / mean.width);
  const box = { left: LEFT, right: LEFT + across, top: TOP, bottom: TOP + down };
  const drawn = plane(slice, box, "down");
  const s = drawnFor([drawn])[0] ?? 0;
  const scale = still(drawn, s)
    ? "Dots: this field hardly moves points."
    : `Arrows: where each point of the picture takes its colour from at s\u00a0=\u00a0${given(s)}, to scale.`;
  return html`<figure>${picture(fixed(box.bottom + 38), `Arrows of ${name} over the mean image. ${scale}`, [
    html`<image class="pixels ground" x="${LEFT}" y="${TOP}" width="${fixed(across)}" height="${fixed(down)}" preserveAspectRatio="none" href="${pixelAddress(mean)}"/>`,
    axes(box, drawn.x, drawn.y, slice.across),
    marks(drawn, s),
  ])}<figcaption><b>Field over the mean image.</b> ${scale}</figcaption></figure>`; // biome-ignore format: one figure
}
