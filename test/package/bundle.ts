/** What Vite makes of programs that use the package: their chunks, minified and gzipped, and when each is loaded. */
import { execFileSync } from "node:child_process";

interface Chunk {
  readonly name: string;
  readonly first: boolean; // loaded as the program
  readonly of: string;
  readonly imports: readonly string[];
  readonly later: readonly string[];
  readonly files: readonly string[];
  readonly bytes: number;
}

export interface Load {
  readonly bytes: number; // gzipped, of all chunks
  readonly files: readonly string[]; // that left something in them
  readonly asked: readonly string[]; // that dynamic imports named
}

/** What is loaded with a program and, of what it loads later, with every dynamic import of a file that `later` matches. */
export type Bundle = (later?: RegExp) => Load;

/** Each program imports "liefield", as built. About 1 s each. */
export function bundles(programs: readonly string[]): Bundle[] {
  const said = execFileSync(process.execPath, ["test/package/chunks.mjs"], {
    input: JSON.stringify(programs),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return (JSON.parse(said) as Chunk[][]).map(loading);
}

function loading(all: readonly Chunk[]): Bundle {
  const chunks = new Map(all.map((chunk) => [chunk.name, chunk]));
  const first = all.filter((chunk) => chunk.first);
  return (later) => {
    const loaded = new Set(first);
    for (const chunk of loaded) {
      for (const name of chunk.imports) loaded.add(chunks.get(name)!);
      for (const next of chunk.later.map((name) => chunks.get(name)!)) if (later?.test(next.of)) loaded.add(next);
    }
    return {
      bytes: [...loaded].reduce((sum, { bytes }) => sum + bytes, 0),
      files: [...loaded].flatMap(({ files }) => files),
      asked: [...loaded].map(({ of }) => of),
    };
  };
}
