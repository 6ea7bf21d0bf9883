/** Each generator beside the affine fields, as a table whose shades say how much they have in common. */
import { capital, nameOf } from "./designation.js";
import { html, type Markup } from "./markup.js";
import { percent } from "./numeral.js";
import type { RunRecord } from "./run.js";

const SHADES = 5;

export function affineMap({ affine, generators, method }: RunRecord): Markup | false {
  if (!affine || affine.fields.length === 0) return false;
  const rows = affine.fields.map(({ cosines, share }, i) => {
    const slot = generators[i]?.slot ?? i + 1;
    return html`<tr><th scope="row">${capital(nameOf(method, slot))}</th>${cosines.map((c) => html`<td class="${shade(c)}">${hundredths(c)}</td>`)}<td class="${shade(share)}">${percent(share * share)}</td></tr>`;
  });
  return html`<section id="affine"><h2>Beside the affine fields</h2>
<p>How much each field has in common with the affine ones: the cosine of the angle between them, each place weighted by how far the network's features turn when the image moves there; ±1 is the same field. Shifts, scalings and shears span all affine fields; the turn and the dilation are sums of them. Last column: how much of the square of the field lies in that span.</p>
<div class="scroll"><table class="brackets"><caption>Cosine to each affine field; darker is closer</caption><thead><tr><th scope="col"></th>${affine.names.map((name) => html`<th scope="col">${name.replace(/^-/, "−")}</th>`)}<th scope="col">affine</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** As the cells of bracket tables are shaded. */
function shade(cosine: number): string {
  const level = Math.min(SHADES, Math.floor(Math.abs(cosine) * (SHADES + 1)));
  return level === 0 ? "zero" : `h${level}`;
}

const hundredths = (cosine: number): string => (Math.abs(cosine) < 0.005 ? "0" : cosine.toFixed(2).replace(/^-/, "−"));
