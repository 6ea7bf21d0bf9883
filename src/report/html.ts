/** The report of a run: one HTML file that loads nothing, runs nothing, and reads on a phone, a desk and paper. */
import { affineMap } from "./affinemap.js";
import { algebra } from "./brackets.js";
import { candidates } from "./candidates.js";
import { losses, scores } from "./curves.js";
import { title } from "./designation.js";
import { formulas } from "./formulas.js";
import { generator } from "./generator.js";
import { cells, colourRange, sheet } from "./heatmap.js";
import { html, type Markup, type Part } from "./markup.js";
import { typeset } from "./mathml.js";
import { numeral } from "./numeral.js";
import { pageOf } from "./page.js";
import { particulars, truth } from "./particulars.js";
import type { RunFigures, RunRecord } from "./run.js";
import { spectrum } from "./spectrum.js";
import { summary } from "./summary.js";

type Section = readonly [id: string, name: string, part: Markup | false];

/** Bounded by the figures given: about 30 kB a heat map of 256 × 140, 20 kB a quiver, however many steps or trajectories. */
export function renderReport(record: RunRecord, figures: RunFigures): string {
  const library = record.method === "library";
  const curves = (!library || record.generators.some((g) => g.flow.length > 0)) && scores(record); // else the table says why
  const spread: Section = ["spectrum", "Spectrum", spectrum(record)];
  const parts: readonly Section[] = [
    ["formulas", "Formulas", formulas(record, figures)],
    ...(library ? [spread] : []),
    ["algebra", "Algebra", algebra(record)],
    ["approximate", "Approximate symmetries", approximate(record)],
    [
      "candidates",
      library ? "Scores" : "Candidates",
      record.generators.length > 0 &&
        html`<section id="candidates"><h2>${library ? "Scores" : "Candidates"}</h2>${candidates(record)}</section>`,
    ],
    ["generators", "Generators", pictures(record, figures)],
    ["affine", "Beside the affine fields", affineMap(record)],
    ["scores", "Score against s", curves],
    ["losses", "Learning", losses(record, figures)],
    ...(library ? [] : [spread]),
    ["truth", "Angles to the truth", truth(record)],
    ["particulars", "How it was made", particulars(record, figures)],
  ];
  const part = (id: string): Part => parts.find(([own]) => own === id)?.[2];
  const contents = parts.flatMap(([id, name, own]) => (own ? [html`<li><a href="#${id}">${name}</a></li>`] : []));
  return pageOf({
    title: `Symmetries of ${title(record)}, seed ${record.seed}`,
    header: html`<h1>Symmetries of ${title(record)}</h1>${summary(record, figures)}<nav aria-label="Contents"><ul>${contents}</ul></nav>`,
    main: html`${part("formulas")}
${library && part("spectrum")}
${part("algebra")}
${part("approximate")}
${part("candidates")}
${part("affine")}
${part("generators")}
<div class="pair">${part("scores")}${part("losses")}${!library && part("spectrum")}</div>
${part("truth")}
${part("particulars")}`,
    version: record.version,
  });
}

/** Fields that the equation nearly leaves alone, apart from the symmetries. */
function approximate({ approximate: near }: RunRecord): Markup | false {
  if (!near || near.length === 0) return false;
  return html`<section id="approximate"><h2>Approximate symmetries</h2>
<p>Not counted: these fields are no symmetries, but far nearer to it than most. They may hold for short times, or where the terms that break them are small.</p>
<div class="scroll"><table class="facts"><caption>Nearly symmetries, with the tangent score that says how nearly (0 is exact)</caption><thead><tr><th scope="col">field</th><th scope="col">tangent score</th></tr></thead><tbody>${near.map(({ reads, score }) => html`<tr><th scope="row"><code class="reads">${reads}</code></th><td>${numeral(score)}</td></tr>`)}</tbody></table></div></section>`;
}

/** Each generator's figures under one colour scale; the unmoved solution is held once. */
function pictures(record: RunRecord, figures: RunFigures): Markup | false {
  const { solution } = figures;
  const maps = figures.generators.flatMap((g) => (g.moved === null ? [] : [g.moved.u]));
  const range = colourRange([...(solution ? [solution.u] : []), ...maps]);
  const shown = { method: record.method, solution, range, before: "before", mean: figures.mean ?? null };
  const sections = record.generators.flatMap((g) => {
    const own = figures.generators.find((f) => f.slot === g.slot);
    const formula = g.reads === null ? null : typeset(figures.mathml?.[g.slot - 1], g.reads);
    return own && (own.slices.length > 0 || own.moved !== null) ? [generator(g, own, formula, shown)] : [];
  });
  if (sections.length === 0) return false;
  const held = solution && solution.u.length > 0 && maps.length > 0;
  const defs =
    held &&
    html`<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>${sheet(cells(solution.u, range), "before")}</defs></svg>`;
  const mixed =
    record.method === "library" ? "" : " A candidate may mix several textbook symmetries: a mixture is a symmetry too.";
  const after =
    held &&
    " Below the arrows stands one solution that learning never saw, before and after being carried along. After a symmetry it must look like another solution of the same equation: waves of the same kind, whose heights and speeds still belong together.";
  return html`<section id="generators"><h2>Generators</h2>
<p>Each field is shown by arrows: where it would carry a point. Look at their pattern: parallel arrows of one length are a translation; arrows that lengthen along an axis are a boost or a scaling; arrows in circles are a rotation.${mixed}${after} ${figures.mean ? "x runs to the right and y down, the longer edge from −1 to 1." : "All coordinates are in the units of the data."}</p>
${defs}
<div${maps.length === 0 && !figures.mean && html` class="plates"`}>${sections}</div></section>`;
}
