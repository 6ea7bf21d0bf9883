/** Which equation: one of the catalogue or a text of the user's own, with its parameters. */
import { type CatalogueRow, catalogue } from "../../src/equation/catalogue.js";
import type { Equation, EquationSpec } from "../../src/equation/equation.js";
import { variable } from "../../src/expression/expression.js";
import { mathml } from "../../src/expression/print.js";
import { html, Markup } from "../../src/report/markup.js";
import { typeset } from "../../src/report/mathml.js";
import { boxOf, element, fill, inputOf } from "../element.js";
import { type Fault, parametersIn, readEquation } from "./reading.js";

const OWN = "pde"; // the task of a text that is in no catalogue
const PAUSE = 150; // ms without a key until what was typed is read

export interface Chosen {
  readonly task: string;
  readonly text: string; // with parameters by name
  readonly parameters: Readonly<Record<string, number>>;
  readonly equation: Equation;
}

export interface Choice {
  /** What is chosen; null where it cannot be read, and then the fault is shown beside the field. */
  chosen(): Chosen | null;
  /** Points at the fault. */
  focus(): void;
}

export function openChoice(changed: (chosen: Chosen | null) => void): Choice {
  const select = element("choice", HTMLSelectElement);
  const field = inputOf("equation");
  const box = boxOf("parameters");
  const read = boxOf("equation-read");
  const values = new Map<string, string>(); // as typed, kept while names come and go
  let current: Chosen | null = null;
  let fault: Fault | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  for (const [name, { title }] of Object.entries(catalogue)) select.append(new Option(title, name));
  select.append(new Option("My own equation", OWN));
  select.value = "kdv";
  select.addEventListener("change", () => {
    const row = rowOf(select.value);
    if (row) {
      field.value = row.text;
      values.clear();
      for (const [name, value] of Object.entries(row.parameters)) values.set(name, String(value));
      refresh();
    } else field.focus();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  field.addEventListener("change", refresh);
  box.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    values.set(target.name, target.value);
    interpret();
  });
  field.value = catalogue.kdv!.text;
  refresh();

  function refresh(): void {
    clearTimeout(timer);
    const text = field.value.trim();
    const named = Object.entries(catalogue).find(([, row]) => row.text === text)?.[0];
    select.value = named ?? OWN;
    showParameters(named === undefined ? parametersIn(field.value) : Object.keys(catalogue[named]!.parameters));
    interpret();
  }

  /** One number field for each; those that stay are left alone, and so is the focus. */
  function showParameters(names: readonly string[]): void {
    const shown = [...box.querySelectorAll("input")].map((input) => input.name);
    if (shown.join() === names.join()) return;
    box.hidden = names.length === 0;
    box.replaceChildren(
      ...names.map((name) => {
        const label = document.createElement("label");
        fill(
          label,
          html`<span>${typeset(mathml(variable(name)), name)} =</span><input type="number" step="any" name="${name}">`,
        );
        label.querySelector("input")!.value = values.get(name) ?? "1";
        return label;
      }),
    );
  }

  function interpret(): void {
    const inputs = [...box.querySelectorAll("input")];
    const parameters = Object.fromEntries(inputs.map((input) => [input.name, input.valueAsNumber]));
    const missing = inputs.find((input) => !Number.isFinite(input.valueAsNumber));
    const task = select.value;
    const text = field.value;
    const spec: EquationSpec = task === OWN ? { name: OWN, text, parameters } : { name: task, parameters };
    const reading = missing
      ? { fault: { sentence: `give the parameter ${missing.name} a number`, at: null } }
      : readEquation(spec);
    fault = "fault" in reading ? reading.fault : null;
    current = "equation" in reading ? { task, text, parameters, equation: reading.equation } : null;
    field.setAttribute("aria-invalid", String(fault !== null));
    fill(read, current ? spelled(current.equation) : faulty(fault!, text));
    changed(current);
  }

  return {
    chosen() {
      refresh();
      return current;
    },
    focus() {
      field.focus();
      if (fault?.at != null) field.setSelectionRange(fault.at, fault.at + wordAt(field.value, fault.at).length);
    },
  };
}

const rowOf = (name: string): CatalogueRow | null => (Object.hasOwn(catalogue, name) ? catalogue[name]! : null);

/** The equation set as in a book. */
function spelled({ components, timeOrder, right, text }: Equation): Markup {
  const lines = right.map((side, c) => {
    const left = mathml(variable(`${components[c]}_${"t".repeat(timeOrder)}`));
    return typeset(`<math>${left}<mo>=</mo>${mathml(side)}</math>`, text);
  });
  return html`<p class="equation-line">${lines.map((line, i) => html`${i > 0 && new Markup("<br>")}${line}`)}</p>`;
}

/** The name, number or sign at a place; empty behind the end. */
const wordAt = (text: string, at: number): string => /^(?:\w+|[\s\S]?)/.exec(text.slice(at))![0];

/** The sentence, and the text with the place marked. */
function faulty({ sentence, at }: Fault, text: string): Markup {
  const said = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
  if (at === null) return html`<p class="fault" id="equation-fault">${said}</p>`;
  const here = wordAt(text, at);
  return html`<p class="fault" id="equation-fault">${said}</p><p class="pointed"><code>${text.slice(0, at)}<mark>${here === "" ? "␣" : here}</mark>${text.slice(at + here.length)}</code></p>`;
}
