/** The page's style sheet: the report's, and what a page that is worked with needs besides. */
import { Markup } from "../src/report/markup.js";
import { STYLE } from "../src/report/style.js";

export const SHEET = new Markup(`${STYLE.text}
main{padding-bottom:1rem}
[hidden]{display:none!important}
.visually-hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:focus-visible{outline:3px solid var(--slot-1);outline-offset:2px;border-radius:4px}
.visually-hidden:focus-visible{outline:0}
form h2,#watch>h2,#result>h2,#flow>h2,#keep>h2{margin-top:2rem}
h3{margin-top:0}
button,.button,input,select{font:inherit;color:inherit}
button,.button{display:inline-block;padding:.5rem 1rem;border:1px solid var(--muted);border-radius:8px;background:var(--panel);cursor:pointer;line-height:1.3}
button:hover:enabled,.button:hover{border-color:var(--text)}
button:disabled{opacity:.5;cursor:default}
.primary{min-width:8.5rem;background:var(--slot-1);border-color:var(--slot-1);color:var(--ground);font-weight:600;padding:.5rem 1.6rem}
#file:focus-visible+*,.button:has(+#file:focus-visible){outline:3px solid var(--slot-1);outline-offset:2px}
input:is([type=text],[type=number]),select{width:100%;padding:.45rem .6rem;border:1px solid var(--muted);border-radius:8px;background:var(--ground)}
#equation,.parameters input,#option-members{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
#equation[aria-invalid=true]{border-color:var(--poor);box-shadow:inset 0 0 0 1px var(--poor)}
.fields{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:start}
.field{margin:0;max-width:none;flex:0 1 15rem;min-width:min(100%,12rem)}
.field.grow{flex:1 1 22rem}
.field label,legend{display:block;font-size:.9rem;font-weight:600;padding:0;margin-bottom:.2rem}
.hint,.note,.remaining,.or{color:var(--muted);font-size:.88rem}
.field .hint{display:block;line-height:1.35;margin-top:.2rem}
details.hint p{margin:.4rem 0}
.parameters{display:flex;flex-wrap:wrap;gap:.5rem 1rem;flex-basis:100%}
.parameters label{display:flex;align-items:baseline;gap:.4rem}
.parameters label>span{white-space:nowrap}
.parameters input{width:8rem}
.read{min-height:2.6rem;margin:.5rem 0 .25rem;overflow-x:auto}
.read p{margin:.25rem 0}
.fault{color:var(--poor);font-weight:600}
.pointed code{white-space:pre-wrap}
mark{background:var(--poor);color:var(--ground);border-radius:3px;padding:0 .1em}
fieldset{border:0;margin:0;padding:0;min-width:0}
.methods{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.75rem}
.methods legend{grid-column:1/-1}
.card{display:flex;gap:.6rem;align-items:baseline;padding:.7rem .9rem;border:1px solid var(--line);border-radius:10px;background:var(--panel);cursor:pointer;line-height:1.4}
.card:has(:checked){border-color:var(--slot-1);box-shadow:inset 0 0 0 1px var(--slot-1)}
.card:has(:disabled){opacity:.55;cursor:default}
.card:has(:focus-visible){outline:3px solid var(--slot-1);outline-offset:2px}
.card input{margin:0;accent-color:var(--slot-1);outline:0}
#settings{margin-top:.75rem}
#settings .fields{margin-top:.6rem}
.actions{display:flex;flex-wrap:wrap;gap:.6rem .75rem;align-items:center;margin:1.25rem 0;max-width:none}
#progress{position:sticky;top:0;z-index:1;margin:1rem 0;padding:.6rem 0;background:var(--ground);display:grid;grid-template-columns:1fr max-content;gap:.4rem 1rem;align-items:center}
.stage{margin:0;max-width:none;display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;font-variant-numeric:tabular-nums}
html:has(body:is([data-phase=learning],[data-phase=opening])){scroll-padding-top:6rem}
#progress{scroll-margin-top:-5rem}
#progress progress{grid-column:1/-1}
progress{display:block;width:100%;height:.7rem;accent-color:var(--slot-1)}
.problem{border:1px solid var(--poor);border-left-width:5px;border-radius:6px;padding:.6rem .9rem;max-width:46rem;overflow-wrap:anywhere}
.headline{font-size:1.2rem;line-height:1.4}
.pickers{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:.5rem 0}
#figures .wide{display:block}
#figures .legend{margin:.4rem 0}
#result,#flow{scroll-margin:1rem}
.pick{display:flex;flex-wrap:wrap;gap:.3rem;align-items:center}
.pick legend{float:left;margin:0 .4rem 0 0;padding:.2rem 0;font-weight:400;color:var(--muted)}
.pick label{cursor:pointer;position:relative}
.pick input{position:absolute;opacity:0;width:1px;height:1px}
.pick span{display:inline-block;padding:.2rem .55rem;border:1px solid var(--line);border-radius:999px;font-size:.88rem;line-height:1.4;white-space:nowrap}
.pick .chip{max-width:none}
.pick .verdict,.pick .verdict span,.pick .sum{display:inline;padding:0;border:0;font-size:1em}
.pick math{font-size:1.05em}
.pick input:checked+span{border-color:var(--slot-1);background:color-mix(in srgb,var(--slot-1) 14%,var(--ground));box-shadow:inset 0 0 0 1px var(--slot-1)}
.pick input:focus-visible+span{outline:3px solid var(--slot-1);outline-offset:2px}
.plot{min-height:12rem}
.heat+svg{overflow:visible}
.plot,.heat{contain:layout paint}
#figures{grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1.25rem}
.verdicts{list-style:none;padding:0}
.verdicts li{margin:.5rem 0}
.verdicts math{font-size:1.05em}
.slider{display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:center;margin:.75rem 0}
.slider label{min-width:11rem;font-variant-numeric:tabular-nums}
.slider input{flex:1 1 12rem;accent-color:var(--slot-1);min-height:2rem;max-width:31rem}
.heat{position:relative;max-width:31rem;aspect-ratio:360/246}
.heat svg{position:absolute;inset:0}
.heat canvas{position:absolute;left:12.7778%;top:3.2520%;width:83.8889%;height:81.3008%;background:repeating-linear-gradient(45deg,var(--panel) 0 5px,var(--line) 5px 6px)}
.heat .now{stroke:var(--ground);stroke-width:1.2;stroke-dasharray:4 3;fill:none;mix-blend-mode:difference;stroke:#fff}
.dropping main{outline:3px dashed var(--slot-1);outline-offset:.5rem}
#result>section>h2,#result details h2{border:0;font-size:1.1rem;margin:1.2rem 0 .3rem}
#result details{margin:.6rem 0}
@media (max-width:34rem){
.field{flex:1 1 15rem}
.actions .or{display:none}
.actions>:not(.visually-hidden){flex:1 0 auto;text-align:center}
.slider label{min-width:100%}
#figures,.figures{grid-template-columns:minmax(0,1fr)}
}
@media (prefers-reduced-motion:no-preference){
button,.button,.card,.pick span{transition:border-color .12s,background-color .12s}
progress{transition:none}
}
`);
