/** The report of a run: one HTML file that loads nothing, runs nothing, and reads on a phone, a desk and paper. */
import { candidates } from "./candidates.js";
import { losses, scores, spectrum } from "./curves.js";
import { generator } from "./generator.js";
import { cells, colourRange, sheet } from "./heatmap.js";
import { html, type Markup } from "./markup.js";
import { particulars, truth } from "./particulars.js";
import type { RunFigures, RunRecord } from "./run.js";
import { STYLE } from "./style.js";
import { summary } from "./summary.js";

/** Bounded by the figures given: about 30 kB a heat map of 256 × 140, 20 kB a quiver, however many steps or trajectories. */
export function renderReport(record: RunRecord, figures: RunFigures): string {
  const drawn = pictures(record, figures);
  const lossCurves = losses(record, figures);
  const spectrumCurve = spectrum(record);
  const contents = [
    ["candidates", "Candidates"],
    drawn && ["generators", "Generators"],
    ["scores", "Score against s"],
    lossCurves && ["losses", "Learning"],
    spectrumCurve && ["spectrum", "Spectrum"],
    ["truth", "Angles to the truth"],
    ["particulars", "How it was made"],
  ].flatMap((entry) => (entry ? [html`<li><a href="#${entry[0]}">${entry[1]}</a></li>`] : []));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>Symmetries of ${record.task}, seed ${record.seed}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Symmetries of ${record.task}</h1>${summary(record, figures)}<nav aria-label="Contents"><ul>${contents}</ul></nav></header>
<main>
<section id="candidates"><h2>Candidates</h2>${candidates(record.generators)}</section>
${drawn}
<div class="pair">${scores(record)}${lossCurves}${spectrumCurve}</div>
${truth(record)}
${particulars(record, figures)}
</main>
<footer>liefield ${record.version}</footer>
</body>
</html>
`.text;
}

/** Each generator's figures under one colour scale; the unmoved solution is held once. */
function pictures(record: RunRecord, figures: RunFigures): Markup | false {
  const { solution } = figures;
  const range = colourRange([solution.u, ...figures.generators.map((g) => g.moved.u)]);
  const sections = record.generators.flatMap((g) => {
    const own = figures.generators.find((f) => f.slot === g.slot);
    return own ? [generator(g, own, solution, range, "before")] : [];
  });
  if (sections.length === 0) return false;
  return html`<section id="generators"><h2>Generators</h2>
<p>Each candidate is a field of arrows: where it would carry a point (x, t, u) of a solution. Parallel arrows of one length are a translation; arrows that lengthen along an axis are a boost or a scaling. A candidate may mix several textbook symmetries: a mixture is a symmetry too. Below the arrows, one solution that learning never saw, before and after being carried along. After a symmetry it must look like another solution of the same equation: waves of the same kind, whose heights and speeds still belong together. All coordinates are in the units of the data.</p>
<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>${solution.u.length > 0 && sheet(cells(solution.u, range), "before")}</defs></svg>
${sections}</section>`;
}
