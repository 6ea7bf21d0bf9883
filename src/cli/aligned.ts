/** Columns of text under their titles, for a terminal. */
import { WIDTH, wrap } from "./paragraph.js";

export type Column<T> = readonly [title: string, cell: (row: T) => string, left?: "left"];

/** Rows under their titles, two spaces in; beyond `most` columns a last cell of text goes on beneath itself. */
export function aligned<T>(rows: readonly T[], columns: readonly Column<T>[], most = WIDTH): string {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c]!.length)));
  const place = (text: string, c: number): string =>
    columns[c]![2] === "left" ? text.padEnd(widths[c]!) : text.padStart(widths[c]!);
  return cells
    .flatMap((row) => {
      const line = `  ${row.map(place).join("  ")}`.trimEnd();
      if (line.length <= most || columns.at(-1)![2] !== "left") return [cut(line, most)];
      return hung(`  ${row.slice(0, -1).map(place).join("  ")}  `, row.at(-1)!);
    })
    .join("\n");
}

const TIED = "\u00a0"; // a space where no line breaks

/** A sum after `lead`, broken before its signs, what follows the first line under its start. */
export const hung = (lead: string, text: string): string[] =>
  wrap(text.replace(/ (?![+-] )/g, TIED), WIDTH - lead.length).map((line, i) =>
    cut((i === 0 ? lead : " ".repeat(lead.length)) + line.replaceAll(TIED, " "), WIDTH),
  );

export const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
