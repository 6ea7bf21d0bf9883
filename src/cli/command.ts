/** The command line as a function of its arguments: what to run, what to say, how to exit. */
import { stripVTControlCharacters } from "node:util";
import { runCommand } from "citty";
import { InputError, NumericalError } from "../engine/error.js";
import { nearest } from "../expression/nearest.js";
import { version } from "../version.js";
import { audit } from "./audit.js";
import { augment } from "./augment.js";
import { classify } from "./classify.js";
import { data } from "./data.js";
import { doctor } from "./doctor.js";
import { evaluate } from "./evaluate.js";
import { Interrupted } from "./interrupted.js";
import type { Io } from "./io.js";
import { learn } from "./learn.js";
import { read } from "./read.js";
import { simulate } from "./simulate.js";
import { checkArguments } from "./strict.js";
import { sweepExec, sweepMerge, sweepPlan } from "./sweep.js";
import { train } from "./train.js";
import { type Command, overview, usage } from "./usage.js";
import { oneLine } from "./visible.js";
import type { Work } from "./work.js";

/** What a command is given besides its arguments. */
export interface Context {
  readonly io: Io;
  readonly work: Work;
  readonly version: string;
  readonly signal: AbortSignal; // aborts when the user interrupts
}

/** Exit codes, the same for every command. */
export const exit = { done: 0, unexpected: 1, input: 2, numerical: 3, interrupted: 130, terminated: 143 } as const;

/** In the order of the help. */
export const commands: readonly Command[] = [
  ...[learn, simulate, read, augment, train, audit, evaluate, sweepPlan, sweepExec, sweepMerge, data, classify, doctor],
];

const byName: Readonly<Record<string, Command>> = Object.fromEntries(commands.map((each) => [each.name, each]));

const DESCRIPTION = `liefield ${version} learns the continuous symmetries of data as infinitesimal generators.`;

const EXAMPLES = `EXAMPLES

  liefield learn kdv                              simulate data, learn from it, write runs/kdv-1
  liefield learn kdv --seed 7 --generators 6      another seed, more slots, into runs/kdv-7
  liefield learn heat --method library            all symmetries in a library, as formulas
  liefield learn pde --equation "u_t = nu*u_xx - u*u_x" --param nu=0.1 --method library
                                                  an equation of your own
  liefield learn function --function "x^2 + y^2 - z^2" --method library
                                                  what leaves a function unchanged
  liefield simulate kdv --seed 2 --out a.npz      data in a file that NumPy can read
  liefield learn kdv --data a.npz --out runs/a    learn from a file
  liefield read runs/a                            the result once more
  liefield data mnist                             fetch images into the cache
  liefield sweep plan grid.json --out sweeps/a    many runs, to be made one by one, on many machines
  liefield augment runs/a a.npz --copies 16       each solution moved along the symmetries, 16 times
  liefield evaluate kdv --trajectories 8 --seeds 1-3
                                                  do operators learn more by symmetries?
  liefield learn mnist                            which warps a classifier of digits does not see
  liefield classify mnist --field runs/mnist-1 --generators 1 --sigma 2.6 --variation rotated
                                                  classifiers trained with and without them

EXIT CODES

  0 done   1 unexpected error   2 input that cannot be used   3 the numbers failed
  130 interrupted   143 terminated
`;

/** Runs one command line; resolves to the exit code. Words go to stderr, help and results to stdout. */
export async function run(argv: readonly string[], io: Io, work: Work): Promise<number> {
  const interrupt = new AbortController();
  let code: number = exit.interrupted;
  const quiet = io.onInterrupt((signal) => {
    if (signal === "SIGTERM") code = exit.terminated;
    interrupt.abort();
  });
  try {
    return await dispatch(argv, { io, work, version, signal: interrupt.signal });
  } catch (error) {
    const stopped = error instanceof Interrupted ? error.message : "interrupted; nothing was written";
    io.stderr.write(`liefield: ${interrupt.signal.aborted ? stopped : sentence(error)}\n`);
    if (interrupt.signal.aborted) return code;
    if (error instanceof InputError) return exit.input;
    if (error instanceof NumericalError) return exit.numerical;
    if (process.env.LIEFIELD_DEBUG) io.stderr.write(`${(error as Error).stack ?? error}\n`);
    return exit.unexpected;
  } finally {
    quiet();
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<number> {
  const [name, rest] = parted(argv);
  const print = (text: string): number => {
    const plain = (context.io.color ? text : stripVTControlCharacters(text)).replace(/ +$/gm, "");
    context.io.stdout.write(`${plain.trimEnd()}\n`);
    return exit.done;
  };
  if (name === "--version" && rest.length === 0) return print(version);
  if (name === "--help" || name === "-h") return print(`${overview(DESCRIPTION, commands)}\n\n${EXAMPLES}`);
  const parts = commands.filter((each) => each.name.startsWith(`${name} `));
  if (parts.length > 0 && rest.some((word) => word === "--help" || word === "-h"))
    return print(parts.map(usage).join("\n\n"));
  if (parts.length > 0) {
    const after = parts.map((each) => each.name.slice(name.length + 1)).join(", ");
    throw new InputError(`${name} ${rest[0] ?? "by itself"} is no command; after ${name} comes one of ${after}`);
  }
  const command = Object.hasOwn(byName, name) ? byName[name]! : null;
  if (!command) {
    const what = name.startsWith("-") ? "option" : "command";
    const known = [...new Set(commands.map((each) => each.name.split(" ")[0]!))];
    const close = nearest(name, known);
    const offer = `commands: ${known.join(", ")}`;
    throw new InputError(`unknown ${what} ${JSON.stringify(name)}; ${close ? `did you mean ${close}? ` : ""}${offer}`);
  }
  if (rest.includes("--help") || rest.includes("-h")) return print(usage(command));
  checkArguments(rest, command.args, `liefield ${name}`);
  await runCommand(command, { rawArgs: rest, data: context });
  return exit.done;
}

/** The command's name, of one word or two, and the words after it. */
function parted([first = "--help", second, ...others]: readonly string[]): [name: string, rest: string[]] {
  if (second === undefined) return [first, []];
  const both = `${first} ${second}`;
  return Object.hasOwn(byName, both) ? [both, others] : [first, [second, ...others]];
}

/** One line about an error, fit for a terminal; what is not the user's doing says what to do with it. */
function sentence(error: unknown): string {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (error instanceof InputError || error instanceof NumericalError) return message;
  return `unexpected error: ${message}; set LIEFIELD_DEBUG=1 to see where, and please report it`;
}
