/** The form: an equation, a method, settings, and from them the options of a run. */
import { whyNotNeural } from "../../src/learn/pde.js";
import type { LearnOptions } from "../../src/learn.js";
import { html } from "../../src/report/markup.js";
import { boxOf, element, fill } from "../element.js";
import { type Chosen, openChoice } from "./choice.js";
import { applies, control, given, options } from "./options.js";

type Method = "neural" | "library";

export interface Form {
  /** What to learn; null where something cannot be read, which is then said and focused. */
  options(): LearnOptions | null;
  onSubmit(submit: () => void): void;
}

export function openForm(complain: (sentence: string) => void): Form {
  const form = element("form", HTMLFormElement);
  const note = boxOf("method-note");
  const radios = [...form.querySelectorAll<HTMLInputElement>('input[name="method"]')];
  const own = new Map<string, HTMLInputElement | HTMLSelectElement>();
  const touched = new Set<string>();
  let wanted: Method = "neural"; // what the user asked for, where the equation allows it

  fill(boxOf("options"), html`${options.map(control)}`);
  for (const { name } of options) {
    const input = form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
    own.set(name, input);
    input.addEventListener("input", () => touched.add(name));
  }
  const method = (): Method => radios.find((radio) => radio.checked)!.value as Method;
  for (const radio of radios)
    radio.addEventListener("change", () => {
      wanted = method();
      show(choice.chosen());
    });
  const choice = openChoice((chosen) => show(chosen));

  function show(chosen: Chosen | null): void {
    const refused = chosen ? whyNotNeural(chosen.equation) : null;
    for (const radio of radios) {
      radio.disabled = radio.value === "neural" && refused !== null;
      radio.checked = radio.value === (refused === null ? wanted : "library");
    }
    note.hidden = refused === null;
    if (refused !== null)
      note.textContent =
        "The network takes single equations of first order in time in one space dimension, so this one is for the library.";
    for (const option of options) {
      const input = own.get(option.name)!;
      input.closest<HTMLElement>(".option")!.hidden = !applies(option, method(), chosen?.task === "pde");
      if (!touched.has(option.name)) input.value = option.initial[method()];
    }
  }

  return {
    options() {
      const chosen = choice.chosen();
      if (!chosen) {
        choice.focus();
        return null;
      }
      const { task, text, parameters } = chosen;
      const ownText = task === "pde";
      const asked: Record<string, unknown> = { task, parameters, method: method(), ...(ownText && { equation: text }) };
      for (const option of options.filter((row) => applies(row, method(), ownText))) {
        const input = own.get(option.name)!;
        const read = given(option, input.value);
        if (typeof read === "string") {
          boxOf("settings").setAttribute("open", "");
          input.focus();
          complain(`${read}.`);
          return null;
        }
        if (read.value !== undefined) asked[option.name] = read.value;
      }
      return { seed: 1, ...asked } as unknown as LearnOptions;
    },
    onSubmit(submit) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit();
      });
    },
  };
}
