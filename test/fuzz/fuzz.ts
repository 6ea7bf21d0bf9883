/** Loaders and parsers under random input: what is not read is refused by an InputError of one line; nothing else happens. */
import { InputError } from "../../src/engine/error.js";
import { equationFromText } from "../../src/equation/text.js";
import { parse } from "../../src/expression/parse.js";
import { text } from "../../src/expression/print.js";
import { fc } from "../property.js";
import type { Loader } from "./loaders.js";
import { mutated, mutations } from "./mutation.js";

export interface Fuzzed {
  readonly inputs: number;
  readonly read: number; // that were taken
  readonly seed: number;
  readonly slowest: number; // milliseconds of processor time
}

/** Throws where anything but an InputError of one line comes of an input; fast-check's message has seed and input. */
export async function fuzzed(loader: Loader, numRuns: number): Promise<Fuzzed> {
  const tally = talliedBy();
  await fc.assert(
    fc.asyncProperty(mutations, async (input) => {
      let bytes: Uint8Array;
      if (input instanceof Uint8Array) bytes = input;
      else {
        bytes = mutated(loader.valid[input.seed % loader.valid.length]!, input.edits);
        if (input.mended && loader.mend) bytes = loader.mend(bytes);
      }
      await tally.of(() => loader.load(bytes));
    }),
    { numRuns },
  );
  return tally.said();
}

const words = [
  ...[
    "u_t",
    "u_tt",
    "u",
    "u_x",
    "u_xx",
    "u_xxx",
    "v_t",
    "v",
    "v_x",
    "x",
    "y",
    "t",
    "pi",
    "exp",
    "log",
    "sin",
    "sqrt",
    "nu",
  ],
  ...[
    "=",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "(",
    ")",
    ";",
    ",",
    "\n",
    " ",
    ".",
    "e",
    "1",
    "2",
    "0.5",
    "1e3",
    "1e999",
    "'",
    "_",
  ],
  ...["__proto__", "constructor", "∂", "²", "\u0000", "(((((((((", "----", "u_xxxxxxxxxx", "9".repeat(40)],
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join("")),
  fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((parts) => `u_t = ${parts.join(" ")}`),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.nat(5000).map((n) => "(".repeat(n)),
  fc.nat(3000).map((n) => `u${"+u".repeat(n)}`),
);

/** What is parsed prints as something that parses to the same; an equation is built or refused. */
export async function fuzzedParser(kind: "expression" | "equation", numRuns: number): Promise<Fuzzed> {
  const tally = talliedBy();
  await fc.assert(
    fc.asyncProperty(texts, async (source) => {
      await tally.of(() => {
        if (kind === "equation") return equationFromText("pde", source, { nu: 0.5 });
        const read = parse(source);
        const printed = text(read);
        if (printed.length <= 4096 && !/NaN|Infinity/.test(printed)) parse(printed);
        return read;
      });
    }),
    { numRuns },
  );
  return tally.said();
}

function talliedBy(): { of(work: () => unknown): Promise<void>; said(): Fuzzed } {
  let [inputs, read, slowest] = [0, 0, 0];
  return {
    async of(work) {
      inputs++;
      const before = process.cpuUsage();
      try {
        await work();
        read++;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        if (error.message.includes("\n")) throw new Error(`more than one line: ${JSON.stringify(error.message)}`);
      }
      const { user, system } = process.cpuUsage(before);
      slowest = Math.max(slowest, (user + system) / 1000);
    },
    said: () => ({ inputs, read, seed: fc.readConfigureGlobal().seed!, slowest: Math.round(slowest) }),
  };
}

export const line = (name: string, { inputs, read, seed, slowest }: Fuzzed): string =>
  `${name}: ${inputs} inputs from seed ${seed}, ${read} read, the others refused; the slowest took ${slowest} ms`;
