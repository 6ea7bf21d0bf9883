/** The page's elements by their ids, of the kind expected; and new ones from markup. */
import type { Markup } from "../src/report/markup.js";

export function element<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}

export const inputOf = (id: string): HTMLInputElement => element(id, HTMLInputElement);
export const buttonOf = (id: string): HTMLButtonElement => element(id, HTMLButtonElement);
export const boxOf = (id: string): HTMLElement => element(id, HTMLElement);

/** Puts markup, whose foreign strings are all escaped, into an element. */
export function fill(into: Element, markup: Markup): void {
  into.innerHTML = markup.text;
}
