/** The settings of a run beyond its equation, one row each: what the form shows and what `learn` is given. */
import { html, type Markup } from "../../src/report/markup.js";

type Method = "neural" | "library";

export interface Option {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly for?: Method | "own"; // the method that has it; own: for equations of the user's own
  readonly number?: { readonly least: number; readonly most: number; readonly whole: boolean };
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly initial: Readonly<Record<Method, string>>; // "": as liefield chooses
}

const both = (value: string): Option["initial"] => ({ neural: value, library: value });
const whole = (least: number, most: number): NonNullable<Option["number"]> => ({ least, most, whole: true });
const positive = { least: 1e-3, most: 1e5, whole: false };

export const options: readonly Option[] = [
  {
    name: "seed",
    label: "Seed",
    hint: "Names the run: the same seed gives the same result.",
    number: whole(0, 1e9),
    initial: both("1"),
  },
  {
    name: "trajectories",
    label: "Solutions",
    hint: "How many are simulated to learn from; a quarter as many more are held back for the check.",
    number: whole(2, 64),
    initial: { neural: "16", library: "6" },
  },
  {
    name: "generators",
    label: "Slots",
    hint: "Fields trained side by side. One more than there are symmetries, so that one should fail.",
    for: "neural",
    number: whole(1, 16),
    initial: both("4"),
  },
  {
    name: "steps",
    label: "Steps",
    hint: "Of training; 400 by tangent and 800 by flow unless given. More take longer and end closer.",
    for: "neural",
    number: whole(10, 5000),
    initial: both(""),
  },
  {
    name: "criterion",
    label: "Score to train on",
    hint: "Tangent: infinitely small moves. Flow: moves of finite size, some ten times slower.",
    for: "neural",
    choices: [
      ["tangent", "tangent"],
      ["flow", "flow"],
    ],
    initial: both("tangent"),
  },
  {
    name: "degree",
    label: "Degree",
    hint: "Highest power of x, t and u in the library.",
    for: "library",
    number: whole(0, 4),
    initial: both("2"),
  },
  {
    name: "members",
    label: "Extra functions",
    hint: "Multiply the powers; several separated by ;, such as exp(t/50); exp(-t/50)",
    for: "library",
    initial: both(""),
  },
  {
    name: "length",
    label: "Length",
    hint: "Period in x of the simulated solutions; 16π unless given.",
    for: "own",
    number: positive,
    initial: both(""),
  },
  {
    name: "time",
    label: "Time",
    hint: "Until when they run; 4 unless given (2 in two dimensions).",
    for: "own",
    number: positive,
    initial: both(""),
  },
];

/** Whether a row is shown. */
export const applies = (option: Option, method: Method, own: boolean): boolean =>
  option.for === undefined || option.for === method || (option.for === "own" && own);

export function control({ name, label, hint, number, choices }: Option): Markup {
  const described = html`id="option-${name}" name="${name}" aria-describedby="hint-${name}"`;
  const input = choices
    ? html`<select ${described}>${choices.map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select>`
    : html`<input ${described} ${number ? html`type="number" min="${number.least}" max="${number.most}" step="${number.whole ? 1 : "any"}" inputmode="decimal"` : html`type="text" maxlength="200" spellcheck="false" autocomplete="off" autocapitalize="off"`}>`;
  return html`<p class="field option" data-option="${name}"><label for="option-${name}">${label}</label>${input}<span class="hint" id="hint-${name}">${hint}</span></p>`;
}

/** What a value is for `learn`; a string that says what is wrong with it. */
export function given({ label, number, name }: Option, text: string): { readonly value: unknown } | string {
  const typed = text.trim();
  if (typed === "") return { value: undefined };
  if (name === "members")
    return {
      value: typed
        .split(";")
        .map((part) => part.trim())
        .filter(Boolean),
    };
  if (!number) return { value: typed };
  const value = Number(typed);
  const sound = Number.isFinite(value) && value >= number.least && value <= number.most;
  if (sound && (!number.whole || Number.isInteger(value))) return { value };
  return `${label} is ${typed}; give a ${number.whole ? "whole " : ""}number from ${number.least} to ${number.most}`;
}
