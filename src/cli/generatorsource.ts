/** Generators that are named on the command line: those of a field file, by number or as they read, or given as texts. */
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { text } from "../expression/print.js";
import { decodeFieldFile, type FieldFile } from "../field/fieldfile.js";
import type { Choice } from "../learn/generatorchoice.js";
import { reason } from "./destination.js";
import { about } from "./source.js";

export const generatorOptions = {
  field: {
    type: "string",
    valueHint: "FILE",
    description: "A field.safetensors of a run, or the directory it is in: its generators",
  },
  generators: {
    type: "string",
    valueHint: "LIST|formulas",
    description: "Those of --field by number, best first, or what they read as; default those accepted",
  },
  generator: {
    type: "string",
    valueHint: "TEXT",
    description: 'A generator of your own instead, a component for x, t, u, such as "t, 0, 1"; may come several times',
  },
} as const satisfies ArgsDef;

export interface Named {
  readonly choice: Choice;
  readonly names: readonly string[]; // of each generator
}

/** What the options name; null where none of them came. Throws InputError. */
export async function namedGenerators(
  { field: file, generators }: { readonly field?: string | undefined; readonly generators?: GeneratorList | undefined },
  texts: readonly string[],
  adapter: Adapter,
): Promise<Named | null> {
  if (file !== undefined && texts.length > 0)
    throw new InputError("--field and --generator came together; give one of them");
  if (generators !== undefined && file === undefined)
    throw new InputError("--generators names those of a --field, but none came; give it, or --generator TEXT");
  if (texts.length > 0) return ofFormulas(texts.map((each) => each.split(",").map((part) => part.trim())));
  if (file === undefined) return null;
  const field = await fieldAt(file, adapter);
  if (generators !== "formulas") {
    const { verdicts } = field;
    const chosen = generators ?? verdicts.flatMap((verdict, k) => (verdict === "accepted" ? [k + 1] : []));
    const names = chosen.map((k) => (field.splines ? `slot ${k}` : vector(field.formulas[k - 1]?.map(text) ?? [])));
    return { choice: { field, ...(generators && { generators }) }, names };
  }
  return ofFormulas(readsOf(field));
}

export type GeneratorList = "formulas" | number[];

const vector = (components: readonly string[]): string => `(${components.join(", ")})`;
const ofFormulas = (formulas: readonly (readonly string[])[]): Named => ({
  choice: { formulas },
  names: formulas.map(vector),
});

/** What the generators of a field read as. Throws InputError where they do not. */
export function readsOf({ formulas }: FieldFile): string[][] {
  if (formulas.length === 0)
    throw new InputError("the generators of the run could not be read as formulas; leave --generators out");
  return formulas.map((components) => components.map(text));
}

/** The field file of a run's directory, or the file itself. */
async function fieldAt(path: string, adapter: Adapter): Promise<FieldFile> {
  const file = path.endsWith(".safetensors") ? path : join(path, "field.safetensors");
  const bytes = await adapter.readFile(file, SAFETENSORS_LIMIT).catch((error) => {
    throw new InputError(
      `--field ${path} holds no generators that can be read: ${reason(error)}; name what learn wrote`,
    );
  });
  return about(file, () => decodeFieldFile(bytes));
}
