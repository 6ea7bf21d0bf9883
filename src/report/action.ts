/** What a generator does to a point in finite steps, where its flow has a form everyone can read. */
import { html, type Markup } from "./markup.js";
import { numeral } from "./numeral.js";
import type { FormulaRecord } from "./run.js";

type Term = FormulaRecord["terms"][number];

/** Shifts, boosts, scalings, rotations; null for any other flow. */
export function action({ terms, fits }: FormulaRecord): Markup | null {
  if (!fits || terms.length === 0) return null;
  return scaling(terms) ?? rotation(terms) ?? addition(terms);
}

/** Each coordinate in proportion to itself. */
function scaling(terms: readonly Term[]): Markup | null {
  if (!terms.every((t) => t.function === t.component)) return null;
  return html`scales: ${joined(terms.map((t) => html`${t.component} → e<sup>${times(t, "s")}</sup> ${t.component}`))}`;
}

/** Two coordinates into each other: a circle, or a hyperbola where the signs agree. */
function rotation(terms: readonly Term[]): Markup | null {
  const [a, b] = terms;
  if (terms.length !== 2 || a!.function !== b!.component || b!.function !== a!.component) return null;
  const same = Math.abs(Math.abs(a!.coefficient) - Math.abs(b!.coefficient)) < 1e-6 * Math.abs(a!.coefficient);
  if (!same) return null;
  const circle = a!.coefficient * b!.coefficient < 0;
  return circle
    ? html`rotates ${a!.component} and ${b!.component} into each other`
    : html`turns ${a!.component} and ${b!.component} into each other along hyperbolas (a Lorentz boost)`;
}

/** What is added depends only on coordinates that stay: the move by s is s times the field. */
function addition(terms: readonly Term[]): Markup | null {
  const moving = new Set(terms.map((t) => t.component));
  if (terms.some((t) => [...t.function.matchAll(/[A-Za-z_]\w*/g)].some(([name]) => moving.has(name)))) return null;
  const moves = [...moving].map((component) => {
    const added = terms.filter((t) => t.component === component);
    return html`${component} → ${component}${added.map((t) => html` ${t.coefficient < 0 ? "−" : "+"} ${times({ ...t, coefficient: Math.abs(t.coefficient), exact: t.exact?.replace(/^-/, "") ?? null }, "s")}${t.function !== "1" && html` ${factor(t.function)}`}`)}`;
  });
  return html`moves: ${joined(moves)}`;
}

/** "s", "3 s", "−2/3 s". */
function times({ coefficient, exact }: Term, s: string): string {
  if (exact === "1") return s;
  if (exact === "-1") return `−${s}`;
  return `${exact === null ? numeral(coefficient, 3) : exact.replace(/^-/, "−")} ${s}`;
}

/** "x²y" with raised exponents; a sum in brackets. */
function factor(text: string): Markup {
  const [first, ...powers] = text.replaceAll("*", " ").split(/\^(?=\d)/);
  const raised = powers.map((part) => {
    const [, exponent, rest] = /^(\d+)([\s\S]*)$/.exec(part)!;
    return html`<sup>${exponent}</sup>${rest}`;
  });
  const sum = / [+-] |^1\//.test(text.replace(/\(.*\)/g, "")); // brackets within a function are enough for what they hold
  return html`${sum && "("}${first}${raised}${sum && ")"}`;
}

const joined = (parts: readonly Markup[]): Markup =>
  html`${parts.map((part, i) => html`${i > 0 && ", "}<span class="nowrap">${part}</span>`)}`;
