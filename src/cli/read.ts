/** `liefield read`: a past run once more. */
import { join } from "node:path";
import type { Context } from "./command.js";
import { readSchema, validated } from "./options.js";
import { LIMIT, pastRun } from "./pastrun.js";
import { about, bytesOf } from "./source.js";
import { runTable } from "./table.js";
import { command } from "./usage.js";
import { jsonLine } from "./visible.js";

export const read = command(
  "read",
  "Prints the result of a past run: the table, and with --json the record.",
  {
    run: { dir: { type: "positional", required: false, description: "Directory of the run, such as runs/kdv-1" } },
    results: { json: { type: "boolean", description: "Print the record on stdout as one JSON object" } },
  },
  runRead,
);

async function runRead(args: Record<string, unknown>, _: readonly string[], { io, work }: Context): Promise<void> {
  const { dir, json } = validated(readSchema, args);
  const file = join(dir, "run.json");
  const adapter = await work.adapter();
  const none = (why: string): string =>
    `${dir} holds no run that can be read: run.json: ${why}; name a directory that learn wrote`;
  const bytes = await bytesOf(adapter, file, LIMIT, none);
  const record = await about(file, () => pastRun(bytes));
  io.stderr.write(`${runTable(record)}\n`);
  if (json) io.stdout.write(jsonLine(record));
}
