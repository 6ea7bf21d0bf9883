/** Formulas typeset in MathML, let through only where every tag is presentation and nothing else. */
import { html, Markup } from "./markup.js";

const ELEMENTS = "math|mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|msup|msub|msubsup|mover|munder|mstyle|mpadded";
const ATTRIBUTES =
  "display|displaystyle|scriptlevel|mathvariant|form|fence|separator|stretchy|lspace|rspace|width|height|depth|linethickness|dir";
const TOKEN = new RegExp(
  `<(?:(/)(${ELEMENTS})|(${ELEMENTS})((?: xmlns="http://www\\.w3\\.org/1998/Math/MathML"| (?:${ATTRIBUTES})="[\\w.%-]*")*)(/?))>|[^<>&\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069]+|&(?:amp|lt|gt|quot|#\\d{1,6}|#x[0-9a-fA-F]{1,5});`,
  "uy",
);

/** The formula as a `<math>` element; `text` as it stands where there is no MathML or it holds anything but mathematics. */
export function typeset(mathml: string | null | undefined, text: string): Markup {
  if (!mathml || !isMathematics(mathml)) return html`<code class="reads">${text}</code>`;
  const [first, ...rest] = terms(mathml.startsWith("<math") ? mathml : `<math>${mathml}</math>`);
  return rest.length === 0
    ? new Markup(first!)
    : html`<span class="sum">${[first!, ...rest].map((t, i) => new Markup(i > 0 ? ` ${t}` : t))}</span>`;
}

const WHOLE = /^(<math[^>]*>)<mrow>([\s\S]*)<\/mrow><\/math>$/;
const PART = /<(\/?)\w+[^>]*?(\/?)>|[^<]+/g;

/** Each term of the outermost sum with its sign as an element of its own, since browsers break no line within one. */
function terms(mathml: string): string[] {
  const [, math, sum] = WHOLE.exec(mathml) ?? [];
  if (math === undefined || sum === undefined) return [mathml];
  const found = [""];
  let depth = 0;
  for (const { 0: text, 1: closing, 2: self, index } of sum.matchAll(PART)) {
    const between = depth === 0 && index > 0 && /^<mo>[+−]</.test(sum.slice(index, index + 6));
    if (between) found.push("");
    found[found.length - 1] += between ? '<mo form="infix" lspace="0">' : text;
    if (text.startsWith("<") && self === "") depth += closing === "" ? 1 : -1;
    if (depth < 0) return [mathml]; // the row is not the only child
  }
  return found.map((term) => `${math}<mrow>${term}</mrow></math>`);
}

/** Well nested, of presentation elements, and one whole. */
function isMathematics(mathml: string): boolean {
  const open: string[] = [];
  const whole = mathml.startsWith("<math");
  TOKEN.lastIndex = 0;
  for (let at = 0; at < mathml.length; at = TOKEN.lastIndex) {
    const [, closing, closed, opened, , self] = TOKEN.exec(mathml) ?? [null];
    if (TOKEN.lastIndex === 0) return false; // no token here
    if (opened === "math" && (open.length > 0 || at > 0)) return false;
    if (opened && !self) open.push(opened);
    if (closing && open.pop() !== closed) return false;
    if (whole && open.length === 0 && TOKEN.lastIndex < mathml.length) return false; // something after </math>
  }
  return open.length === 0;
}
