/** Records of benches as lines of text and Markdown. */
/** A number in few digits; – for none. */
export const figure = (value, digits = 4) =>
  value == null || Number.isNaN(value) ? "–" : Number(value.toPrecision(digits)).toString();

/** A record as lines of text. */
export function printed({ question, rows, goals, tables, notes, quick, environment: e }) {
  const lines = [question];
  if (rows.length > 0) {
    lines.push(
      ...aligned([
        ["", "median", "quartiles", "unit", "samples"],
        ...rows.map((r) => [
          r.name,
          figure(r.median),
          `${figure(r.lower)} – ${figure(r.upper)}`,
          r.unit,
          `${r.samples}`,
        ]),
      ]),
    );
  }
  for (const { columns, cells } of tables) {
    lines.push(...aligned([columns, ...cells.map((c) => c.map((v) => (typeof v === "string" ? v : figure(v))))]));
  }
  for (const g of goals) lines.push(`  goal: ${g.name} ${g.bound}: ${figure(g.value)}, ${g.met ? "met" : "NOT met"}`);
  for (const note of notes) lines.push(`  ${note}`);
  if (quick) lines.push("  quick run: shows that it works, not how fast");
  else if (!e.quiet) lines.push(`  measured under load: other processes kept ${e.others} cores busy`);
  return lines.join("\n");
}

/** A table in Markdown. */
export function markdown({ columns, cells }) {
  const line = (entries) => `| ${entries.join(" | ")} |`;
  const body = cells.map((c) => line(c.map((v) => (typeof v === "string" ? v : figure(v)))));
  return [line(columns), line(columns.map((_, i) => (i === 0 ? "---" : "---:"))), ...body, ""].join("\n");
}

/** Rows of cells as lines: the first column to the left, others to the right. */
function aligned(table) {
  const widths = table[0].map((_, c) => Math.max(...table.map((cells) => cells[c].length)));
  return table.map((cells) =>
    `  ${cells.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join("  ")}`.trimEnd(),
  );
}
