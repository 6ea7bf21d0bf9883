/** What the result rests on: the truth where known, bounds, settings, machine, times, and how to run it again. */
import { boundName } from "./bounds.js";
import { html, type Markup } from "./markup.js";
import { given, isNumber, quantity } from "./numeral.js";
import type { RunFigures, RunRecord } from "./run.js";

export function truth({ truth: known, generators, method }: RunRecord): Markup {
  const found = method === "library" ? "fields found" : "accepted candidates";
  const k = generators.filter((g) => g.accepted).length;
  if (known === null || !isNumber(known.dimension))
    return html`<section id="truth"><h2>Angles to the truth</h2><p>The symmetries of this task are not in the table of known ones, so there is nothing to compare with.</p></section>`;
  const d = known.dimension;
  const missing = Math.abs(k - d);
  return html`<section id="truth"><h2>Angles to the truth</h2>
<p>The span of the ${k} ${found} beside the span of the ${d} known symmetries, as angles under the data's inner product: 0° where a direction lies in both, 90° where it has nothing in common with the other. They are compared as a space, because any mixture of symmetries is a symmetry.${missing > 0 && ` The two differ in dimension by ${missing}; each missing direction counts as 90° in the distance.`}</p>
<table class="facts angles"><caption>Principal angles, smallest first, and the Grassmann distance (root of the sum of their squares)</caption><tbody>${known.principalAnglesDegrees.map((angle, i) => html`<tr><th scope="row">angle ${i + 1}</th><td>${quantity(angle, "°")}</td></tr>`)}<tr><th scope="row">Grassmann distance</th><td>${quantity(known.grassmann, " rad")}</td></tr></tbody></table></section>`;
}

export function particulars(record: RunRecord, figures: RunFigures): Markup {
  const { engine, seconds } = record;
  const run: Pairs = [
    ["seed", String(record.seed)],
    ["method", record.method],
    ...(record.criterion === null ? [] : [["criterion", record.criterion] as const]),
    ["network engine", engine.network],
    ...(engine.gpu ? [["GPU", `${engine.gpu.name}${engine.gpu.software ? ", a software adapter" : ""}`] as const] : []),
    ...(engine.switched
      ? [
          [
            "network engine before",
            `${engine.switched.from}, until its device was lost after step ${given(engine.switched.step)}: ${engine.switched.reason}`,
          ] as const,
        ]
      : []),
    ["kernels", engine.kernels],
    ...(record.lowPass
      ? [["modes kept of each snapshot", `${given(record.lowPass.mode)} of ${given(record.lowPass.of)}`] as const]
      : []),
    ...(record.dropped && record.dropped.length > 0
      ? [["dropped from the library", record.dropped.join(", ")] as const]
      : []),
    ...engine.passedOver.map((p) => [`passed over: ${p.engine}`, p.reason] as const),
  ];
  const times: Pairs = Object.entries(seconds).map(([name, value]) => [name, quantity(value, " s")] as const);
  return html`<section id="particulars"><h2>How it was made</h2>
<p>To run it again:</p><pre tabindex="0"><code>${figures.command}</code></pre>
<p>The same seed on the same engine gives the same numbers bit for bit; on another engine they agree to rounding.</p>
<div class="tables">${table("Run", run)}${table("Times", times)}${table(
    "Thresholds, fixed before looking",
    figures.thresholds.map(([name, value]) => [boundName(name), given(value)] as const),
  )}${table("Settings", figures.settings)}${table("Environment", figures.environment)}</div></section>`;
}

type Pairs = readonly (readonly [name: string, value: string])[];

const table = (caption: string, pairs: Pairs): Markup | false =>
  pairs.length > 0 &&
  html`<table class="facts"><caption>${caption}</caption><tbody>${pairs.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
