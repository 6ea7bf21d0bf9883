/** Writes the TypeScript snippets of a document as files: `node scripts/snippets.mjs README.md FOLDER ts|mjs`. They are plain JavaScript too. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [document, folder, ending] = process.argv.slice(2);
const snippets = [...readFileSync(document, "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [i, code] of snippets.entries()) writeFileSync(join(folder, `snippet${i + 1}.${ending}`), code);
console.log(snippets.length);
