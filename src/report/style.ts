/** The page's style sheet: light and dark, phone to paper. */
import { Markup } from "./markup.js";
import { PAGE_COLOURS, SLOT_COLOURS, type Theme } from "./palette.js";

const tokens = (theme: Theme): string =>
  [
    ...Object.entries(PAGE_COLOURS[theme]).map(([name, colour]) => `--${name}:${colour}`),
    ...SLOT_COLOURS[theme].map((colour, i) => `--slot-${i + 1}:${colour}`),
  ].join(";");

const slots = SLOT_COLOURS.light.map((_, i) => `.k${i + 1}{--k:var(--slot-${i + 1})}`).join("");

const HEAT = [12, 20, 29, 38, 48]; // per cent of ink in the shades of a bracket table: text stays readable on all

export const STYLE = new Markup(`
:root{color-scheme:light dark;${tokens("light")}}
@media screen and (prefers-color-scheme:dark){:root{${tokens("dark")}}}
.k0{--k:var(--muted)}${slots}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.75rem 0 .5rem;display:flex;flex-wrap:wrap;align-items:center;gap:.5rem}
p,dd,li,figcaption{max-width:46rem}
a{color:inherit}
code,pre,.reads{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
.equation{display:inline-block;max-width:100%;overflow-x:auto;white-space:nowrap;vertical-align:bottom}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;overflow-x:auto;margin:.5rem 0}
nav ul,.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin:.75rem 0;font-size:.9rem}
.result{font-size:1.05rem}
.warnings{border:1px solid var(--fair);border-left-width:5px;border-radius:6px;padding:.5rem .8rem;margin:1rem 0}
.warnings ul{margin:.25rem 0;padding-left:1.2rem}
.verdict{font-size:.85em;font-weight:600;white-space:nowrap}
.accepted{color:var(--good)}.approximate{color:var(--fair)}.rejected{color:var(--poor)}
.chip{display:inline-block;width:.95em;height:.95em;vertical-align:-.1em;fill:var(--k)}
.nowrap{white-space:nowrap}
.scroll{overflow-x:auto}
:is(.candidates,.brackets,.terms) th:first-child{position:sticky;left:0;background:var(--ground)}
.candidates th{max-width:26rem}
.candidates th .reads{margin-left:.6em;color:var(--text)}
.beside{border-top:2px solid var(--line)}
.formulas{list-style:none;padding:0;margin:1rem 0;display:grid;gap:0 2.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr))}
.formulas li{min-width:0;max-width:none;display:grid;grid-template-columns:2.6rem 1fr;align-items:baseline;align-content:start;padding:.55rem 0;border-bottom:1px solid var(--line)}
.formulas .name{color:var(--muted);font-size:.9rem}
.formulas details,.formulas .does{grid-column:2;min-width:0;margin:.1rem 0}
.typeset{overflow-x:auto;min-width:0}
math{font-size:1.25em}
.sum{min-width:0;overflow-x:auto;overflow-y:hidden}
h3 math{font-size:1.15em}
.does{font-size:.88rem;color:var(--muted)}
.does>span{display:block}
.poor{color:var(--poor)}
.copies dd{min-width:0}
.copy{user-select:all;-webkit-user-select:all;background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.05rem .35rem;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.scroll caption{max-width:calc(100vw - 2rem)}
.terms{font-size:.9rem;margin:.4rem 0}
.terms caption{font-size:.8rem}
.brackets{border-collapse:separate;border-spacing:2px}
.brackets :is(th,td){border:0;padding:.35rem .6rem}
.brackets td{text-align:center;white-space:nowrap;background:var(--panel)}
.brackets .zero{color:var(--muted)}
.brackets thead th{text-align:center;color:var(--muted);font-weight:400}
.brackets tbody th{white-space:nowrap;color:var(--text)}
.brackets .reads{margin-left:.6em;color:var(--muted)}
${HEAT.map((share, i) => `.brackets .h${i + 1}{background:color-mix(in srgb,var(--slot-1) ${share}%,var(--ground))}`).join("")}
.facts-in-words{padding-left:1.2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.9rem;padding:0 0 .4rem}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top;line-height:1.35}
th{font-weight:600;text-align:left}
thead th{text-align:right;border-bottom:2px solid var(--line);white-space:nowrap}
thead th:first-child{text-align:left}
tbody th{font-weight:400;color:var(--muted)}
tbody .group{padding-top:.9rem;font-size:.9rem}
td small{display:block;color:var(--muted)}
.control{color:var(--muted);border-left:1px solid var(--line)}
thead .control{white-space:normal;font-weight:400}
.meanings{margin:.75rem 0}
summary{cursor:pointer;font-size:.9rem;color:var(--muted)}
dl{margin:.5rem 0;display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;font-size:.9rem}
dt{color:var(--muted)}
dd{margin:0}
.figures,.pair,.plates{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1rem 2rem;align-items:start}
.figures+.figures{margin-top:1rem}
.plates{column-gap:3rem}
.plates .figures{grid-template-columns:1fr}
figure{margin:0;min-width:0}
figcaption{font-size:.88rem;line-height:1.45;color:var(--muted);margin-top:.25rem}
figcaption b{color:var(--text)}
svg{display:block;width:100%;max-width:31rem;height:auto;font-size:11px}
.defs{position:absolute;width:0;height:0}
svg text{fill:var(--text)}
.axes path{fill:none;stroke:var(--muted);stroke-width:.75}
.axes .grid{stroke:var(--line);stroke-width:.6}
.axes text{fill:var(--muted)}
.axes .name{fill:var(--text)}
.curve path{fill:none;stroke:var(--k);stroke-width:1.5;stroke-linejoin:round}
.curve .band{fill:var(--k);fill-opacity:.16;stroke:none}
.curve .dashed{stroke-dasharray:5 3}
.curve .mark{fill:var(--k);stroke:var(--ground);stroke-width:.8}
svg .end{fill:var(--k);font-weight:600}
.marks .kept{fill:var(--slot-1);stroke:var(--ground);stroke-width:.8}
.marks .left{fill:var(--ground);stroke:var(--slot-2);stroke-width:1.6}
.gap .band{fill:var(--slot-1);fill-opacity:.09}
.gap .jump{fill:none;stroke:var(--text);stroke-width:1.2}
.gap text{font-weight:600}
.pixels{image-rendering:pixelated}
.ground{opacity:.4}
.arrows{fill:none;stroke:var(--k,var(--text));stroke-width:1.2;stroke-linecap:round;stroke-linejoin:round}
.key .arrows{stroke:var(--text)}
.dots{fill:none;stroke:var(--k);stroke-width:2.2;stroke-linecap:round}
.hatch{stroke:var(--muted);stroke-width:1}
.facts th,.facts td{font-size:.9rem}
.facts thead th{text-align:left}
.facts .of{min-width:8rem}
.facts td{text-align:left;min-width:4rem;overflow-wrap:anywhere}
.facts td.so{min-width:13rem}
.angles{width:min(100%,30rem)}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1.5rem 2rem;align-items:start;margin-top:1rem}
.tables table{width:100%}
footer{margin:2.5rem auto 2rem;color:var(--muted);font-size:.85rem}
.wide .legend{margin:0 0 .5rem;color:var(--text)}
@media (min-width:56rem){.wide{display:grid;grid-template-columns:31rem 1fr;gap:0 2rem}}
@media (max-width:34rem){
main,header,footer{padding:0 .75rem}
th,td{padding:.3rem .35rem;font-size:.85rem}
.candidates :is(th,td){padding:.3rem .18rem;font-size:.78rem}
.candidates .group{position:static}
.candidates thead th{white-space:normal}
.candidates .verdict{white-space:normal;font-size:.72rem}
.candidates thead .control{max-width:4.4rem}
.brackets .reads,.candidates th .reads{display:none}
dl{display:block}dt{margin-top:.4rem;color:var(--text);font-weight:600}
}
@media print{
body{font-size:10.5pt}
nav{display:none}
.scroll{overflow:visible}
pre,.equation{white-space:pre-wrap}
.generator,figure,tr,h2,h3,.warnings{break-inside:avoid}
h2,h3{break-after:avoid}
.figures,.pair{grid-template-columns:1fr 1fr}
}
`);
