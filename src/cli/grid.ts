/** A sweep's description: options of `learn` that all runs share, and lists of those that vary, whose product the runs are. */
import { isAbsolute, resolve } from "node:path";
import * as v from "valibot";
import { InputError } from "../engine/error.js";
import { nearest } from "../expression/nearest.js";
import { type LearnRequest, learn, requestOf } from "./learn.js";
import { learnSchema } from "./options.js";

/** A value as JSON has it; lists and records are for options that may come several times. */
export type Value = string | number | boolean | readonly string[] | Readonly<Record<string, number | string>>;

/** Options by their names on the command line. */
export type Options = Readonly<Record<string, Value>>;

/** As a sweep's file keeps it; paths are absolute. */
export interface Grid {
  readonly base: Options;
  readonly vary: Readonly<Record<string, readonly Value[]>>;
}

/** One run of a sweep. */
export interface Shard {
  readonly index: number; // from 0
  readonly varied: Options; // what tells it from the others
  readonly options: Options; // all
  readonly argv: readonly string[]; // after `learn`
}

export const MOST_SHARDS = 10_000;
const MOST_VARIED = 16;
export const GRID_LIMIT = 2 ** 20; // bytes

/** What a sweep decides for its runs by itself. */
const RESERVED = ["out", "resume", "json"] as const;
export const PATHS = ["data", "features"] as const;
const SEVERAL = ["param", "member", "bounds"] as const;
const known = Object.keys(learn.args).filter((name) => !(RESERVED as readonly string[]).includes(name));

/** The bytes of a grid.json → the grid. Paths are taken from `folder`. Throws InputError that names the key. */
export function gridOf(bytes: Uint8Array, folder: string): Grid {
  const given = jsonOf(bytes);
  if (!isRecord(given))
    throw new InputError(`an object is expected but ${kind(given)} came; see liefield sweep --help`);
  const { vary = {}, ...base } = given;
  if (!isRecord(vary))
    throw new InputError(`vary must be an object of lists, such as {"seed": [1, 2]}, but is ${kind(vary)}`);
  if (Object.keys(vary).length > MOST_VARIED)
    throw new InputError(
      `vary has ${Object.keys(vary).length} keys but at most ${MOST_VARIED} are possible; split the sweep`,
    );
  const lists = Object.entries(vary).map(([name, list]): [string, Value[]] => {
    const at = `vary.${shown(name)}`;
    if (!Array.isArray(list) || list.length === 0)
      throw new InputError(
        `${at} must be a list of one value or more but is ${Array.isArray(list) ? "empty" : kind(list)}`,
      );
    if (Object.hasOwn(base, name)) throw new InputError(`${at} stands outside vary too; give it once`);
    const values = list.slice(0, MOST_SHARDS + 1).map((value, i) => optionOf(`${at}[${i}]`, name, value, folder));
    const seen = new Map<string, number>();
    for (const [i, value] of values.entries()) {
      const key = typeof value === "object" ? JSON.stringify(value) : String(value);
      if (seen.has(key)) throw new InputError(`${at}[${i}] is ${at}[${seen.get(key)}] once more; give each value once`);
      seen.set(key, i);
    }
    return [name, values];
  });
  const count = lists.reduce((product, [, list]) => product * list.length, 1);
  if (count > MOST_SHARDS)
    throw new InputError(`vary makes ${count} runs but at most ${MOST_SHARDS} are possible; split the sweep`);
  const grid = {
    base: Object.fromEntries(
      Object.entries(base).map(([name, value]) => [name, optionOf(shown(name), name, value, folder)]),
    ),
    vary: Object.fromEntries(lists),
  };
  if (!Object.hasOwn(grid.base, "task") && !Object.hasOwn(grid.vary, "task"))
    throw new InputError('task is missing; name what to learn, such as "task": "kdv"');
  return grid;
}

/** Every run, the last key of `vary` changing fastest. */
export function shardsOf({ base, vary }: Grid): Shard[] {
  let all: Options[] = [{}];
  for (const [name, list] of Object.entries(vary))
    all = all.flatMap((made) => list.map((value) => ({ ...made, [name]: value })));
  return all.map((varied, index) => {
    const options = { ...base, ...varied };
    return { index, varied, options, argv: argvOf(options) };
  });
}

/** What a run asks of `learn`. Throws InputError that names the run where options do not go together. */
export function shardRequest({ index, varied, options, argv }: Shard): LearnRequest {
  const single = Object.entries(options).filter(([name]) => !(SEVERAL as readonly string[]).includes(name));
  const args = Object.fromEntries(
    single.map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
  );
  try {
    return requestOf({ workers: "1", ...args }, argv); // the runs are what goes side by side
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const which = Object.entries(varied).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    throw new InputError(`run ${index}${which.length > 0 ? ` (${which.join(", ")})` : ""}: ${error.message}`);
  }
}

/** Words of a command line. */
function argvOf({ task, ...options }: Options): string[] {
  return [
    String(task),
    ...Object.entries(options).flatMap(([name, value]): string[] => {
      if (value === false) return [];
      if (value === true) return [`--${name}`];
      if (typeof value !== "object") return [`--${name}`, String(value)];
      return listed(value).flatMap((each) => [`--${name}`, each]);
    }),
  ];
}

const listed = (value: readonly string[] | Readonly<Record<string, number | string>>): readonly string[] =>
  Array.isArray(value) ? value : Object.entries(value).map(([name, of]) => `${name}=${of}`);

/** One value, looked at as the command line would. */
function optionOf(at: string, name: string, value: unknown, folder: string): Value {
  if ((RESERVED as readonly string[]).includes(name))
    throw new InputError(`${at} is decided by the sweep; leave it out`);
  if (!known.includes(name)) {
    const close = nearest(name, known);
    throw new InputError(
      `${at} is no option of learn; ${close ? `did you mean ${close}?` : `known: ${known.join(", ")}`}`,
    );
  }
  if ((SEVERAL as readonly string[]).includes(name)) {
    const record =
      isRecord(value) && Object.values(value).every((of) => typeof of === "number" || typeof of === "string");
    if (typeof value === "string") return [value];
    if (record) return value as Record<string, number | string>;
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
    throw new InputError(
      `${at} must be a text, a list of texts or an object of numbers by name, but is ${kind(value)}`,
    );
  }
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    throw new InputError(
      `${at} must be a text, a number or a boolean but is ${kind(value)}${Array.isArray(value) ? "; lists go into vary" : ""}`,
    );
  const schema = Object.hasOwn(learnSchema.entries, name)
    ? learnSchema.entries[name as keyof typeof learnSchema.entries]
    : null;
  const checked =
    schema && v.safeParse(schema, typeof value === "number" ? String(value) : value, { abortEarly: true });
  if (checked && !checked.success) throw new InputError(`${at}: ${checked.issues[0]!.message}`);
  const isPath = (PATHS as readonly string[]).includes(name) && value !== "identity";
  return isPath && typeof value === "string" && !isAbsolute(value) ? resolve(folder, value) : value;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), (name, value) => {
      if (name === "__proto__") throw new InputError("a key is __proto__, which names no option; leave it out");
      return value;
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`it is not JSON: ${(error as Error).message}`);
  }
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (name: string): string => (/^[\w-]{1,40}$/.test(name) ? name : JSON.stringify(name.slice(0, 40)));
const kind = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "a list"
      : isRecord(value)
        ? "an object"
        : `the ${typeof value} ${JSON.stringify(value)}`.slice(0, 80);
