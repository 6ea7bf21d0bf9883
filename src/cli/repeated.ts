/** Options that may come several times, their values put together. */
import { InputError } from "../engine/error.js";
import type { Bounds } from "../task/box.js";
import { text, validated } from "./options.js";

const NAME = /^[A-Za-z]\w*$/; // no "__proto__": names begin with a letter

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** `--param nu=0.01` → a record. Throws InputError. */
export function parametersOf(given: readonly string[]): Record<string, number> {
  const values = new Map<string, number>();
  for (const each of given) {
    const [name = "", value = "", ...rest] = each.split("=");
    if (rest.length > 0 || !NAME.test(name) || !isNumber(value))
      throw new InputError(`--param must be NAME=NUMBER, such as nu=0.01, but is ${JSON.stringify(each)}`);
    if (values.has(name)) throw new InputError(`--param ${name} came twice; give it once`);
    values.set(name, Number(value));
  }
  return Object.fromEntries(values);
}

/** `--bounds -1:1` → ends for all coordinates, `--bounds r=0.5:2` → ends by name; undefined where none came. Throws InputError. */
export function boundsOf(given: readonly string[]): Bounds | undefined {
  const ends = new Map<string, readonly [number, number]>();
  for (const each of given) {
    const [, name = "", lo = "", hi = ""] = /^(?:([^=]*)=)?([^=:]*):([^=:]*)$/.exec(each) ?? [];
    if (!isNumber(lo) || !isNumber(hi) || (each.includes("=") && !NAME.test(name)))
      throw new InputError(
        `--bounds must be LO:HI or NAME=LO:HI, such as -1:1 or r=0.5:2, but is ${JSON.stringify(each)}`,
      );
    if (ends.has(name)) throw new InputError(`--bounds of ${name || "all coordinates"} came twice; give them once`);
    ends.set(name, [Number(lo), Number(hi)]);
  }
  const all = ends.get("");
  if (all && ends.size > 1)
    throw new InputError(
      "--bounds came for all coordinates and by name; give either one LO:HI, or NAME=LO:HI for each",
    );
  return all ?? (ends.size > 0 ? Object.fromEntries(ends) : undefined);
}

/** Texts of `--member`. Throws InputError where there are too many to be meant. */
export function membersOf(given: readonly string[]): readonly string[] {
  if (given.length > MOST_MEMBERS)
    throw new InputError(`--member came ${given.length} times; give at most ${MOST_MEMBERS}`);
  return given.map((each) => validated(text("member"), each));
}

const MOST_MEMBERS = 16;
