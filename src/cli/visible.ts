/** What others wrote, as a terminal may be sent it. */

const MOST = 1000; // characters of a message

// Control characters would be carried out, format characters hide or reorder what surrounds them, and lone surrogates are no text.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with characters that are not seen spelled out: ESC as \u{1b}. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** One line of bounded length; what is too long loses its middle, since advice stands at the end. */
export function oneLine(text: string): string {
  const line = visible(text.replace(/\s+/g, " ").trim());
  return line.length <= MOST ? line : `${line.slice(0, MOST / 2)} … ${line.slice(-MOST / 2)}`;
}

/** A value as JSON in one line, with the same characters as escapes; it parses to the same value. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(UNSEEN, (character) => character.split("").map(spelled).join(""))}\n`;

const spelled = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
