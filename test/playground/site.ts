/** The playground as it is deployed: the files that its build script writes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Files } from "../runtime/browser/site.js";
import { ended } from "../runtime/runtime.js";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** Under a folder of their own, as on a server that has other pages too. */
export const FOLDER = "/somewhere/playground";

export async function built(): Promise<Files> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-playground-"));
  try {
    const { code, stderr } = await ended(process.execPath, ["scripts/build-playground.mjs", directory]);
    if (code !== 0) throw new Error(stderr);
    return new Map(
      readdirSync(directory).map((name) => [
        `${FOLDER}/${name}`,
        { type: types[extname(name)] ?? "text/plain", bytes: readFileSync(join(directory, name)) },
      ]),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}
