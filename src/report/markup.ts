/** HTML and SVG as text in which every foreign string is escaped: `html` is the only way to make it. */

export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** Template tag: literal text stays, `Markup` stays, arrays are joined, every other value is escaped; null and false are nothing. */
export function html(literal: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = literal[0]!;
  for (let i = 0; i < parts.length; i++) text += write(parts[i]!) + literal[i + 1]!;
  return new Markup(text);
}

function write(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map(write).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for an element or a quoted attribute. Control characters and lone surrogates are no characters of HTML, and
 * direction overrides could show a string as another one: each becomes U+FFFD.
 */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, (c) => (c === "\n" || c === "\t" ? c : "\ufffd"))
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}
