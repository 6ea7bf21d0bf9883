/** Text → expression, by recursive descent. Precedence as in mathematics: -u^2 is -(u^2), ^ groups to the right, / to the left. */
import { InputError } from "../engine/error.js";
import {
  call,
  constant,
  type Expression,
  type FunctionName,
  negate,
  power,
  product,
  quotient,
  ratio,
  scale,
  subtract,
  sum,
  variable,
} from "./expression.js";
import { nearest } from "./nearest.js";

const MOST_CHARACTERS = 4096;
const MOST_DEPTH = 64; // of brackets, signs and exponents inside each other
const MOST_KEY = 1e5; // characters of an expression's key: tan, sinh and cosh hold their argument twice

const basic = (name: FunctionName) => (e: Expression) => call(name, e);
const [exp, sin, cos] = [basic("exp"), basic("sin"), basic("cos")];

const functions: ReadonlyMap<string, (argument: Expression) => Expression> = new Map([
  ["exp", exp],
  ["log", basic("log")],
  ["sin", sin],
  ["cos", cos],
  ["tan", (e) => quotient(sin(e), cos(e))],
  ["sinh", (e) => scale(0.5, subtract(exp(e), exp(negate(e))))],
  ["cosh", (e) => scale(0.5, sum(exp(e), exp(negate(e))))],
  ["tanh", basic("tanh")],
  ["sqrt", (e) => power(e, 0.5)],
]);

const PI = "pi";

/** Names with a meaning of their own. */
export const reserved: readonly string[] = [...functions.keys(), PI];

export interface ParseOptions {
  /** What a name stands for, undefined where it is unknown; `at` is its place in the text. A variable unless given. */
  readonly names?: (name: string, at: number) => Expression | undefined;
  /** What to do about an unknown name, e.g. "the names are x and t". */
  readonly advice?: (name: string) => string;
  readonly known?: (name: string) => readonly string[]; // what an unknown name may have been meant as, besides functions
  readonly from?: number; // the part of the text that is read; places in messages are those of the whole
  readonly to?: number;
}

/** The expression of a text of at most 4096 characters. Throws InputError that points at the character. */
export function parse(source: string, options: ParseOptions = {}): Expression {
  const { names = variable, advice, known = () => [], from = 0, to = source.length } = options;
  checkLength(source);
  let at = from;
  let depth = 0;

  const fail = (what: string, place = at, todo?: string): never => {
    throw fault(source, place, what, todo);
  };
  const skip = (): void => {
    while (at < to && /\s/.test(source[at]!)) at++;
  };
  /** Takes one of the symbols if it is next. */
  const take = (...symbols: readonly string[]): string | null => {
    skip();
    const found = symbols.find((symbol) => source.startsWith(symbol, at) && at + symbol.length <= to);
    if (found === undefined) return null;
    at += found.length;
    return found;
  };
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found === undefined || at + found.length > to) return null;
    at += found.length;
    return found;
  };
  const deeper = (read: () => Expression, place: number): Expression => {
    if (++depth > MOST_DEPTH) fail(`brackets, signs and exponents are nested more than ${MOST_DEPTH} deep`, place);
    const e = read();
    depth--;
    return e;
  };
  const finite = (e: Expression, place: number): Expression => {
    const numbers =
      e.kind === "constant" ? [e.value] : e.kind === "sum" ? [e.constant, ...e.parts.map((p) => p.coefficient)] : [];
    if (e.key.length > MOST_KEY) fail("the expression grows too large", place);
    const bad = numbers.find((value) => !Number.isFinite(value));
    return bad === undefined ? e : fail(`a number comes out as ${bad} instead of a finite real one`, place);
  };

  const readSum = (): Expression => {
    const terms = [readProduct()];
    for (let sign = take("+", "-"); sign; sign = take("+", "-")) {
      const term = readProduct();
      terms.push(sign === "-" ? negate(term) : term);
    }
    return finite(sum(...terms), at);
  };

  const readProduct = (): Expression => {
    const place = at;
    const over = [readSigned()];
    const under: Expression[] = [];
    for (let sign = take("*", "/"); sign; sign = take("*", "/")) (sign === "*" ? over : under).push(readSigned());
    skip();
    if (at < to && /[\w.(]/.test(source[at]!)) fail("expected an operator", at, "write * for a product");
    return finite(under.length === 0 && over.length === 1 ? over[0]! : ratio(over, under), place);
  };

  const readSigned = (): Expression => {
    const sign = take("-", "+");
    if (!sign) return readPower();
    const e = deeper(readSigned, at - 1);
    return sign === "-" ? negate(e) : e;
  };

  const readPower = (): Expression => {
    const base = readAtom();
    skip();
    const place = at;
    if (!take("**", "^")) return base;
    const exponent = deeper(readSigned, place);
    if (exponent.kind === "constant") return finite(power(base, exponent.value), place);
    return exp(product(exponent, finite(call("log", base), place)));
  };

  const readAtom = (): Expression => {
    skip();
    const place = at;
    if (take("(")) return readBracket(place);
    const digits = match(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y);
    if (digits !== null) return finite(constant(Number(digits)), place);
    const name = match(/[A-Za-z]\w*/y);
    if (name === null) return fail(expectation());
    const f = functions.get(name);
    if (f) {
      if (!take("(")) fail(`expected ( after the function ${name}`);
      return finite(f(readBracket(at - 1)), place);
    }
    if (name === PI) return constant(Math.PI);
    const e = names(name, place);
    if (!e) return fail(`unknown name ${name}`, place, meant(name, [...known(name), ...reserved], advice?.(name)));
    if (take("(")) {
      const all = [...functions.keys()];
      return fail(`${name} is not a function`, place, meant(name, all, `the functions are ${all.join(", ")}`));
    }
    return e;
  };

  const readBracket = (open: number): Expression => {
    const e = deeper(readSum, open);
    if (!take(")")) fail(at < to ? `expected an operator or a closing bracket` : "expected a closing bracket");
    return e;
  };

  const expectation = (): string => {
    if (at >= to) return "expected a number, a name or an opening bracket but nothing follows";
    const symbol = String.fromCodePoint(source.codePointAt(at)!);
    return `expected a number, a name or an opening bracket but found ${symbol}`;
  };

  const e = readSum();
  skip();
  if (at < to) fail(source[at] === ")" ? "this closing bracket has no opening one" : "expected an operator");
  return e;
}

/** Advice after the name that was perhaps meant. One or two letters are within an edit of every short name, so only longer ones are offered. */
function meant(name: string, known: readonly string[], advice?: string): string | undefined {
  const close = nearest(
    name,
    known.filter((candidate) => name.length > 2 || candidate.length > name.length),
  );
  return close === null ? advice : [`did you mean ${close}?`, ...(advice === undefined ? [] : [advice])].join(" ");
}

/** Throws InputError for a text that is longer than any equation. */
export function checkLength(source: string): void {
  if (source.length <= MOST_CHARACTERS) return;
  throw new InputError(
    `the text has ${source.length} characters but at most ${MOST_CHARACTERS} are read; make it shorter`,
  );
}

const AROUND = 24; // characters shown on either side

/** An error that points at a place of a text: "… at character 17: u_t = -(u*u_x⟨here⟩", and what to do. */
export function fault(source: string, at: number, what: string, advice?: string): InputError {
  const shown = (from: number, to: number): string => source.slice(from, to).replace(/\s+/g, " ");
  const before = `${at > AROUND ? "…" : ""}${shown(Math.max(0, at - AROUND), at)}`;
  const after = `${shown(at, at + AROUND)}${source.length > at + AROUND ? "…" : ""}`;
  return new InputError(`${what} at character ${at + 1}: ${before}⟨here⟩${after}${advice ? `; ${advice}` : ""}`);
}
