import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

/** Strings and templates of a source as patterns: what a template fills in is anything. Comments are passed over. */
function literals(source: string): { readonly pattern: string; readonly fixed: number }[] {
  const found: { pattern: string; fixed: number }[] = [];
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const plain = (text: string): string => text.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
  let at = 0;

  /** From after the opening backquote to after the closing one. */
  function template(): void {
    let pattern = "";
    let fixed = 0;
    for (let from = at; at < source.length; at++) {
      const [here, next] = [source[at], source[at + 1]];
      if (here === "\\") at++;
      else if (here === "`" || (here === "$" && next === "{")) {
        const text = plain(source.slice(from, at));
        pattern += escaped(text);
        fixed += text.length;
        at += here === "`" ? 1 : 2;
        if (here === "`") break;
        pattern += "[\\s\\S]*";
        code("}");
        from = at--;
      }
    }
    found.push({ pattern, fixed });
  }

  /** Code up to and past an end. */
  function code(end: string): void {
    let depth = 0;
    while (at < source.length) {
      const here = source[at]!;
      if (here === end && depth === 0) return void at++;
      if (here === "{") depth++;
      if (here === "}") depth--;
      if (here === "`") {
        at++;
        template();
      } else if (here === '"' || here === "'") {
        const from = ++at;
        while (at < source.length && source[at] !== here) at += source[at] === "\\" ? 2 : 1;
        const text = plain(source.slice(from, at++));
        found.push({ pattern: escaped(text), fixed: text.length });
      } else if (source.startsWith("//", at))
        at = source.indexOf("\n", at) < 0 ? source.length : source.indexOf("\n", at);
      else if (source.startsWith("/*", at)) at = source.indexOf("*/", at) + 2;
      else if (here === "/" && /[(,=:[!&|?{};+]\s*$/.test(source.slice(Math.max(0, at - 20), at))) {
        let inClass = false; // a regular expression
        for (at++; at < source.length && (source[at] !== "/" || inClass) && source[at] !== "\n"; at++) {
          if (source[at] === "\\") at++;
          else if (source[at] === "[") inClass = true;
          else if (source[at] === "]") inClass = false;
        }
        at++;
      } else at++;
    }
  }

  code("");
  return found;
}

const sources = (readdirSync("src", { recursive: true }) as string[]).filter(
  (path) => path.endsWith(".ts") && !/simd\/(relaxed)?bytes\.ts$/.test(path.split("\\").join("/")),
);
const said = sources.flatMap((path) => literals(readFileSync(join("src", path), "utf8")));

const FIXED = 16; // characters that a literal must have of its own: one of nothing but gaps says everything

/** Whether the code can say it: some literal is it, gaps for gaps. */
const canBeSaid = (sentence: string): boolean =>
  said.some(
    ({ pattern, fixed }) =>
      fixed >= FIXED && fixed >= 0.4 * sentence.length && new RegExp(`^${pattern.trimEnd()}$`).test(sentence),
  );

const sentences = [...readFileSync("docs/troubleshooting.md", "utf8").matchAll(/^> (.+)$/gm)].map(([, text]) => text!);

test("docs/troubleshooting.md quotes sentences, each once", () => {
  expect(sentences.length).toBeGreaterThan(20);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test.each(sentences)("the code can say: %s", (sentence) => expect(canBeSaid(sentence)).toBe(true));

describe("a sentence that is not the code's is found out", () => {
  test.each([
    "the data do not satisfy the equation at all; check it",
    "--out … holds another sweep; name some other directory",
    "… has … bytes, above the limit; split it into smaller files",
  ])("%s", (sentence) => expect(canBeSaid(sentence)).toBe(false));
});

test("literals are found through comments, gaps in gaps, and regular expressions", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source
  const source = 'const a = /["`]/; // "no"\n/* `no` */ f(`one ${x ? `two ${y}` : "three"} four`, "fi\\"ve");';
  expect(literals(source).map(({ pattern }) => pattern)).toEqual([
    "two [\\s\\S]*",
    "three",
    "one [\\s\\S]* four",
    'fi"ve',
  ]);
});
