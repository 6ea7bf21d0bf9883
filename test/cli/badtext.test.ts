import { readdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { work } from "../../src/cli/work.js";
import { arraysOf } from "../../src/data/check.js";
import { writeNpz } from "../../src/data/npz.js";
import { inFreshDirectory, liefield, waves } from "./terminal.js";

const ONE_LINE = /^liefield: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+\n$/u;

/** Runs the work itself and expects one line that ends it, no output and no files besides those that `before` made. */
async function stopped(
  argv: readonly string[],
  code: 2 | 3,
  message: RegExp,
  before: () => void = () => {},
  atOnce = false, // without any progress before it
): Promise<void> {
  let made: string[] = [];
  const files = await inFreshDirectory(async () => {
    before();
    made = readdirSync(".").sort();
    const said = await liefield(argv[0] === "read" ? argv : [...argv, "--workers", "1"], { work });
    const [last] = said.err.split("\n").slice(-2); // progress may come before it
    expect(`${last}\n`).toMatch(ONE_LINE);
    if (atOnce) expect(said.err).toBe(`${last}\n`);
    expect(said.err).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|[\u2028\u2029]/u);
    expect(last).toMatch(message);
    expect([said.code, said.out]).toEqual([code, ""]);
  });
  expect(files).toEqual(made);
}

const library = ["--method", "library"];
const pde = (equation: string, ...more: string[]): string[] => [
  "learn",
  "pde",
  "--equation",
  equation,
  ...library,
  ...more,
];
const small = ["--trajectories", "2", "--time", "4", "--outputs", "24"];

describe("equations that cannot be read are pointed at before anything is done", () => {
  test.each<[string, RegExp]>([
    ["u_t = -uu*u_x", /unknown name uu at character 8: u_t = -⟨here⟩uu\*u_x; the names are x, t, u/],
    ["u_t = sinn(u)", /unknown name sinn at character 7: .*; did you mean sin\?/],
    ["u_t = uxx", /unknown name uxx at character 7: .*; did you mean u_xx\?/],
    ["u_t = nu*u_xx", /unknown name nu at character 7: .*; a parameter is given as --param nu=0\.1/],
    ["u_t = constructor*u_x", /unknown name constructor at character 7/],
    ["u_t = __proto__*u_x", /expected a number, a name or an opening bracket but found _ at character 7/],
    ["u_t = -(u*u_x", /expected a closing bracket at character 14: u_t = -\(u\*u_x⟨here⟩/],
    ["u_t = -u*u_x)", /this closing bracket has no opening one at character 13: .*⟨here⟩\)/],
    [
      "u_t = u_xx; v_tt = v_xx",
      /u_t, v_tt are of different order in t at character 13: .*; give all equations the same/,
    ],
    ["u_t = u_tt", /u_tt on the right at character 7: .*; equations are solved for u_t/],
    ["u_xx = u_t", /expected a left-hand side such as u_t or u_tt at character 1/],
    ["u_t", /expected = and a right-hand side at character 4/],
    ["u_t = 1/0", /a number comes out as Infinity instead of a finite real one/],
    ["u_t = \u001b[31mu_xx", /found \\u\{1b\} at character 7: u_t = ⟨here⟩\\u\{1b\}\[31mu_xx/],
    ["u_t = u_xx\u202e", /expected an operator at character 11: u_t = u_xx⟨here⟩\\u\{202e\}/],
  ])("%j", async (equation, message) => {
    await stopped(pde(equation), 2, message, () => {}, true);
  });
  test("brackets nested 80 deep", async () => {
    const equation = `u_t = ${"(".repeat(80)}u${")".repeat(80)}`;
    await stopped(pde(equation), 2, /nested more than 64 deep at character 71: …\(+⟨here⟩\(+u/);
  });
  test("a text of more characters than any equation", async () => {
    const equation = `u_t = ${"u_x + ".repeat(800)}u_x`;
    await stopped(pde(equation), 2, /--equation must be a text of 1 to 4096 characters but has 4809/);
  });
  test("the same on a terminal", async () => {
    await inFreshDirectory(async () => {
      const { err } = await liefield(pde("u_t = -(u"), { tty: true, work });
      expect(err).toBe("liefield: expected a closing bracket at character 10: u_t = -(u⟨here⟩\n");
    });
  });
});

describe("functions and dynamics that cannot be used", () => {
  const of = (text: string, ...more: string[]): string[] => [
    "learn",
    "function",
    "--function",
    text,
    ...library,
    ...more,
  ];
  test.each<[string[], RegExp]>([
    [of("x^2 + "), /nothing follows at character 7: x\^2 \+ ⟨here⟩/],
    [of("sinn(x)"), /sinn is not a function at character 1: .*; did you mean sin\? the functions are exp,/],
    [of("3"), /3 is constant: every field leaves it unchanged/],
    [of("x - x"), /x - x is constant/],
    [
      of("a + b + c + d + e + f + g"),
      /there are 7 coordinates, a, b, .*, but at most 6 are possible; fix some of them/,
    ],
    [of("log(x)"), /f is NaN at x = -0\.\d+; pass bounds within which it is finite/],
    [of("x^2 + y^2", "--param", "nu=1"), /there is no parameter nu in x\^2 \+ y\^2; leave it out or use it/],
    [of("x^2 + y^2", "--bounds", "w=0:1"), /bounds name w but the coordinates are x, y; name one of these/],
    [of("x^2 + y^2", "--bounds", "1:0"), /bounds of x run from 1 to 0/],
    [of("x\u0007^2"), /expected an operator at character 2: x⟨here⟩\\u\{7\}\^2/],
    [
      ["learn", "function", "--function", "a+b+c+d"],
      /takes up to 3 coordinates, but there are 4, .*\(--method library\)/,
    ],
    [
      ["learn", "dynamics", "--dynamics", "x' = p", ...library],
      /unknown name p at character 6: .*; give p a rate p' = …/,
    ],
    [["learn", "dynamics", "--dynamics", "x'' = -x", ...library], /x'' is of higher order at character 1/],
    [["learn", "dynamics", "--dynamics", "x' = x; x' = 2*x", ...library], /a second rate for x at character 9/],
  ])("%j", async (argv, message) => {
    await stopped(argv, 2, message);
  });
});

describe("members of the library that cannot be used", () => {
  const learn = ["learn", "kdv", ...small, "--member"];
  test.each<[string, RegExp]>([
    [
      "log(x - 60)",
      /the member log\(x - 60\) is NaN at x = \S+, t = \S+, u = \S+; pass functions that are finite on the data/,
    ],
    ["0*t", /the member 0\*t vanishes on the data; leave it out/],
  ])("%j, as the data show", async (member, message) => {
    await stopped([...learn, member, ...library], 2, message);
    await stopped([...learn, member], 2, message);
  });
  test.each<[string, RegExp]>([
    ["exp(w)", /unknown name w at character 5: exp\(⟨here⟩w\); members are functions of x, t, u/],
    ["exp(t", /expected a closing bracket at character 6: exp\(t⟨here⟩/],
    ["u_x", /unknown name u_x at character 1: ⟨here⟩u_x; members are functions of x, t, u/],
    ["t\u001b]0;", /expected an operator at character 2: t⟨here⟩\\u\{1b\}\]0;/],
  ])("%j, before there are data", async (member, message) => {
    await stopped([...learn, member, ...library], 2, message, () => {}, true);
    await stopped([...learn, member], 2, message, () => {}, true);
  });
});

describe("the neural learner says at once what it does not take", () => {
  test.each([
    [
      "learn wave-2d",
      /takes scalar equations of first order in time in one space dimension, not u_tt = u_xx \+ u_yy; .*--method library/,
    ],
    ["learn schrodinger-2d", /one space dimension, not u_t = .*--method library/],
  ])("%s", async (line, message) => {
    await stopped(line.split(" "), 2, message, () => {}, true);
  });
  test.each(["u_tt = u_xx", "u_t = v_xx; v_t = -u_xx", "u_t = u_xx + u_yy"])("%s", async (equation) => {
    await stopped(
      ["learn", "pde", "--equation", equation],
      2,
      /neural learner takes scalar .*\(--method library\)/,
      () => {},
      true,
    );
  });
});

describe("simulations that fail exit 3 with trajectory and time", () => {
  test.each<[string, RegExp]>([
    ["u_t = -u_xx", /trajectory 0 (grew beyond|is no longer resolved) .* t = 0\.\d+; pass a smaller --time/],
    [
      "u_t = 20*u - u_xxx",
      /trajectory 0 grew beyond 1000000 times its initial size before t = 0\.\d+; pass a smaller --time/,
    ],
  ])("%s", async (equation, message) => {
    await stopped(pde(equation, ...small), 3, message);
    await stopped(["simulate", "pde", "--equation", equation, ...small], 3, message);
  });
});

describe("requests and data that do not suffice", () => {
  test("snapshots at too few distinct times for an equation with t in it", async () => {
    const { u, t, ...rest } = waves(20);
    const few = { ...rest, nt: 3, t: t.slice(0, 3), u: u.slice(0, (u.length * 3) / 20) };
    const before = (): void => writeFileSync("a.npz", writeNpz(arraysOf(few)));
    const message =
      /contains t, so states at 12 distinct times or more are needed, but 3 came; pass data at more times/;
    await stopped(["learn", "nkdv", ...library, "--data", "a.npz", "--snapshots"], 2, message, before);
  });
  test("more numbers than a memory holds", async () => {
    const message = /the initial states of 16 trajectories are \S+ numbers but at most \S+ are possible/;
    await stopped(["simulate", "wave-2d", "--nx", "8192"], 2, message);
  });
});

describe("nothing that comes in reaches the terminal raw", () => {
  const evil = "\u001b[2J\u0007\u009b31m\u202e\u2028x";
  test.each<[string, string[]]>([
    ["command", [evil]],
    ["option", ["learn", "kdv", `--${evil}`]],
    ["value", ["learn", "kdv", "--seed", evil]],
    ["task", ["learn", evil]],
    ["method", ["learn", "kdv", "--method", evil]],
    ["parameter", ["learn", "burgers", "--param", `${evil}=1`]],
    ["bounds", ["learn", "function", "--function", "x", "--bounds", evil]],
    ["equation", pde(evil)],
    ["function", ["learn", "function", "--function", evil, ...library]],
    ["dynamics", ["learn", "dynamics", "--dynamics", evil, ...library]],
    ["data", ["learn", "kdv", "--data", evil]],
    ["file", ["simulate", "kdv", "--out", evil]],
    ["directory", ["read", evil]],
  ])("%s", async (_, argv) => {
    await stopped(argv, 2, /\\u/);
  });
  test("a message about something huge is cut in its middle", async () => {
    await inFreshDirectory(async () => {
      const { err } = await liefield(["learn", "k".repeat(100_000)], { work });
      expect(err.length).toBeLessThan(1100);
      expect(err).toMatch(
        /^liefield: there is no task "kkk.*kk … .*pde, function, dynamics, mnist, cifar10, images\n$/,
      );
    });
  });
  test("names of places that results are written to are spelled out too", async () => {
    const files = await inFreshDirectory(async () => {
      const { code, err } = await liefield(["learn", "kdv", "--out", "a\u001b[31m"]);
      expect(code).toBe(0);
      const { out } = await liefield(["learn", "kdv", "--out", "a\u009b\u202e", "--json"]);
      expect(JSON.parse(out).report).toBe("a\u009b\u202e/report.html");
      expect(out.trimEnd()).not.toMatch(/\p{Cc}|\p{Cf}/u);
      expect(err).toContain("written to a\\u{1b}[31m: run.json");
      expect(err).not.toContain("\u001b");
    });
    expect(files).toContain("a\u001b[31m/run.json");
  });
});
