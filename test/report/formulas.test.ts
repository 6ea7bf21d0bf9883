import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseHTML } from "linkedom";
import { parse } from "../../src/expression/parse.js";
import { mathml } from "../../src/expression/print.js";
import { action } from "../../src/report/action.js";
import { bracketOf, facts } from "../../src/report/brackets.js";
import { combination, uncertainty } from "../../src/report/combination.js";
import { renderReport } from "../../src/report/html.js";
import { typeset } from "../../src/report/mathml.js";
import { PAGE_COLOURS, SLOT_COLOURS } from "../../src/report/palette.js";
import type { FormulaRecord, RunRecord } from "../../src/report/run.js";
import { headline } from "../../src/report/summary.js";
import { contrast } from "./contrast.js";
import { heatLibrary, kdvLibrary, mathmlOf, type Run, rotations, solitonReading, waveLibrary } from "./formula-runs.js";

const pageOf = ({ record, figures }: Run): Document => parseHTML(renderReport(record, figures)).document;
const said = (element: Element | null): string => element!.textContent!.replace(/\s+/g, " ").trim();
const cells = (document: Document, table: string): string[][] =>
  [...document.querySelectorAll(`${table} tr`)].map((row) => [...row.querySelectorAll("th, td")].map(said));

describe("the page of a library run", () => {
  let document: Document;
  beforeAll(() => {
    document = pageOf(kdvLibrary());
  });

  test("says on top how many symmetries, and which jump says so", () => {
    expect(said(document.querySelector(".result strong"))).toBe(
      "4 symmetries, exactly: the spectrum jumps by a factor 3e7 between the 4th score and the 5th.",
    );
    expect(said(document.querySelector(".result"))).toContain("random members of the library reach 240 × the floor");
    expect(document.body.textContent).not.toContain("andidate");
  });

  test("typesets each formula, with its fit, its coefficients and text to copy", () => {
    const entries = [...document.querySelectorAll(".formulas li")];
    expect(entries.length).toBe(4);
    for (const entry of entries) expect(entry.querySelectorAll(".typeset math mi").length).toBeGreaterThan(0);
    const scaling = entries[3]!;
    expect(said(scaling.querySelector(".does"))).toBe(
      "scales: x → es x, t → e3 s t, u → e−2 s uresidual of the fit 8.0e-11",
    );
    expect([...scaling.querySelectorAll(".terms tbody tr")].map((row) => [...row.children].map(said))).toEqual([
      ["x ∂x", "1.000000", "4.1e-9", "1off by 2.3e-9"],
      ["t ∂t", "3.000000", "4.1e-9", "3off by 6.9e-9"],
      ["u ∂u", "−2.000000", "4.1e-9", "−2off by 4.6e-9"],
    ]);
    expect([...scaling.querySelectorAll(".copy")].map(said)).toEqual([
      "x ∂x + 3 t ∂t - 2 u ∂u",
      "x \\partial_x + 3 t \\partial_t - 2 u \\partial_u",
      "Matrix([1*x, 3*t, -2*u])",
    ]);
  });

  test("writes [Vi, Vj] in row i and column j, coloured by size", () => {
    expect(cells(document, ".brackets").map((row) => row.map((cell) => cell.replace(/^(V\d).+$/, "$1")))).toEqual([
      ["[ , ]", "V1", "V2", "V3", "V4"],
      ["V1", "0", "0", "0", "V1"],
      ["V2", "0", "0", "V1", "3 V2"],
      ["V3", "0", "−V1", "0", "−2 V3"],
      ["V4", "−V1", "−3 V2", "2 V3", "0"],
    ]);
    const shades = [...document.querySelectorAll(".brackets tbody tr:nth-child(2) td")].map((td) => td.className);
    expect(shades).toEqual(["h0 zero", "h0 zero", "h2", "h5"]);
    expect(said(document.querySelector(".facts-in-words"))).toContain(
      "span 4 → 3 → 1 → 0 dimensions (the derived series): the algebra is solvable",
    );
  });

  test("marks the gap in the spectrum, and what is counted apart from what is not", () => {
    expect(document.querySelectorAll("#spectrum .marks .kept").length).toBe(4 + 1); // and the legend's
    expect(document.querySelectorAll("#spectrum .marks .left").length).toBe(26 + 1);
    expect(said(document.querySelector("#spectrum .gap text"))).toBe("gap × 3e7");
    expect(said(document.querySelector("#spectrum .legend"))).toBe("4 counted as symmetries 26 not counted");
  });

  test("has a row of scores per formula, with control and floor beneath", () => {
    const rows = cells(document, ".candidates");
    expect(rows.map(([first]) => first)).toEqual([
      "field",
      "V1∂x",
      "V2∂t",
      "V3t ∂x + ∂u",
      "V4x ∂x + 3 t ∂t - 2 u ∂u",
      "control: random members of the library",
      "floor: nothing moved",
    ]);
    expect(rows[5]![3]).toBe("0.37");
    expect(rows[1]![4]).toBe("1.1"); // times the floor
  });
});

test("twenty generators make a table of twenty rows that a phone can scroll, without formulas in its first column", () => {
  const document = pageOf(waveLibrary());
  const rows = cells(document, ".brackets");
  expect(rows.map((row) => row.length)).toEqual(Array(21).fill(21));
  expect(rows[13]!.slice(0, 3)).toEqual(["V13", "−2 V5 + V9", "2 V6"]);
  expect(document.querySelector(".scroll > .brackets")!.parentElement!.getAttribute("tabindex")).toBe("0");
  expect(document.querySelectorAll("#generators .generator").length).toBe(20);
});

test("a run without finite flows says why, and draws no curves of them", () => {
  const document = pageOf(rotations());
  expect(said(document.querySelector("#candidates p"))).toContain("A function has no equation to score moved data");
  expect(document.querySelector("#scores")).toBeNull();
  expect(said(document.querySelector(".meaning"))).toContain("(x, y, z) that leaves the function unchanged");
  expect(document.querySelectorAll("#generators image").length).toBe(0);
  expect(document.body.textContent).not.toContain("folded cells");
});

test("brackets that leave the span are told, with what that means for the rest", () => {
  const words = facts(heatLibrary().record.algebra!).join(" ");
  expect(words).toContain("leave the span of the found fields by up to 100 %");
  expect(words).toContain("the parts within the span");
});

describe("why brackets leave the span", () => {
  const { algebra, formulas } = heatLibrary().record;
  const told = (closure: number, read: RunRecord["formulas"]): string =>
    facts({ ...algebra!, closure, jacobi: 0.31 }, read).join(" ");
  const measured = formulas!.map((f) => ({ ...f, terms: f.terms.map((t) => ({ ...t, exact: null })) }));
  test("is the library's reach where every coefficient is recognised, however little they leave it", () => {
    for (const closure of [0.048, 1]) {
      expect(told(closure, formulas)).toContain("some brackets are symmetries that the library cannot express");
      expect(told(closure, formulas)).not.toContain("known only so well");
    }
    expect(told(0.048, formulas)).toContain("is missed by 0.31, because of the parts beyond the span");
  });
  test("is their error where they were measured", () => {
    expect(told(0.048, measured)).toContain("as is to be expected of fields that are known only so well");
    expect(told(0.048, undefined)).toContain("known only so well");
    expect(told(0.3, measured)).toContain("its fields are only approximate");
  });
  test("is no question where they do not", () => {
    expect(told(0, formulas)).toContain(
      "stay exactly within the span of the found fields, so these form a Lie algebra of dimension 8",
    );
  });
});

test("an algebra's name stands as its kind of name does", () => {
  const named = (name: string): string => facts({ ...rotations().record.algebra!, name }).at(-1)!;
  expect([named("so(3)"), named("Heisenberg")]).toEqual(["It is the algebra so(3).", "It is the Heisenberg algebra."]);
});

test("a field that no formula fits is said to have none, with the number", () => {
  const document = pageOf(solitonReading(32, 20));
  const last = document.querySelector(".formulas li:nth-child(3)")!;
  expect(said(last)).toBe("V3no formulano fit: the library leaves 31 % of this field unexpressed");
  expect(said(document.querySelector("#approximate tbody"))).toBe("x ∂x + 3 t ∂t - 2 u ∂u0.021");
});

describe("the first sentence", () => {
  const { record } = kdvLibrary();
  test.each<[string, Partial<RunRecord>, string]>([
    [
      "one",
      { count: 1, gap: 2e9 },
      "1 symmetry, exactly: the spectrum jumps by a factor 2e9 between the 1st score and",
    ],
    ["eleven", { count: 11, gap: 2e9 }, "between the 11th score and the 12th."],
    ["twenty-two", { count: 22, gap: 2e9 }, "between the 22nd score and the 23rd."],
    ["none", { count: 0, gap: null }, "No symmetry of kdv."],
    ["all", { count: 30, countIs: "atLeast", gap: null }, "At least 30 symmetries of kdv."],
    ["undecided", { count: null, countIs: "undecided", gap: 12 }, "The number of symmetries of kdv is undecided."],
  ])("%s", (_, edit, sentence) => {
    expect(headline({ ...record, ...edit })).toContain(sentence);
  });
});

test("an undecided spectrum is drawn with nothing counted and no gap", () => {
  const { record, figures } = kdvLibrary();
  const spectrum = [1e-15, 1e-14, 6.4e-8, 1e-6, 3e-5]; // the gap of 6.4e6 lies below the floor of 1e-9
  const generators = record.generators.map((g) => ({ ...g, verdict: "undecided" as const, accepted: false }));
  const edit = { count: null, countIs: "undecided", gap: 6.4e6, spectrum, generators } as const;
  const document = pageOf({ record: { ...record, ...edit }, figures });
  expect(document.querySelectorAll("#spectrum .kept, #spectrum .gap").length).toBe(0);
  expect(said(document.querySelector(".result"))).toContain("the largest is a factor 64)");
  expect(document.body.textContent).not.toContain("6.4e6");
  expect(said(document.querySelector("#formulas p"))).not.toContain("Any combination");
  expect(said(document.querySelector(".result"))).toContain(
    "V1 to V4 pass all bounds, which scores near to each other",
  );
  expect(said(document.querySelector(".result"))).not.toContain("rejected");
  expect(said(document.querySelector(".candidates .verdict"))).toBe("? undecided");
  expect(said(document.querySelector(".meanings"))).toContain("the spectrum does not say where symmetries end");
});

test("scores of exactly zero have a place in the spectrum", () => {
  const { record, figures } = kdvLibrary();
  const document = pageOf({ record: { ...record, spectrum: [0, 0, 1e-12, 0.2], count: 3, gap: 2e11 }, figures });
  expect(document.querySelectorAll("#spectrum svg[role=img] .kept").length).toBe(3);
});

describe("combinations", () => {
  test.each<[readonly number[], number, string]>([
    [[0, 1e-9, 0], 1e-6, "0"],
    [[1, 0, -1], 1e-6, "V1 − V3"],
    [[-2.0000000001, 0.5, 1 / 3], 1e-6, "−2 V1 + 1/2 V2 + 1/3 V3"],
    [[0.98765, 0, 0], 1e-6, "0.988 V1"],
    [[0.98765, 0.01, 0], 0.02, "V1"],
    [[Number.NaN], 1e-6, "—"],
  ])("%p within %p is %s", (coefficients, error, text) => {
    expect(combination(coefficients, error)).toBe(text);
  });
  test("take the closure defect for their error, but not without bound", () => {
    expect([1e-9, 3e-3, 1, null].map(uncertainty)).toEqual([1e-6, 3e-3, 0.02, 1e-6]);
  });
});

describe("a bracket", () => {
  const algebra = kdvLibrary().record.algebra!;
  test("is antisymmetric, whichever way round it is given", () => {
    const turned = { ...algebra, brackets: algebra.brackets.map((b) => ({ ...b, i: b.j, j: b.i })) };
    expect(bracketOf(algebra, 2, 4)).toEqual({ text: "3 V2", size: expect.closeTo(3, 6) });
    expect(bracketOf(algebra, 4, 2).text).toBe("−3 V2");
    expect(bracketOf(turned, 2, 4).text).toBe("−3 V2");
    expect(bracketOf({ ...algebra, brackets: [] }, 1, 2).text).toBe("—");
  });
  test("that leaves the span says so", () => {
    const out = (coefficients: number[], outside: number): string =>
      bracketOf({ ...algebra, brackets: [{ i: 1, j: 2, coefficients, outside }] }, 1, 2).text;
    expect([out([0, 0, 0, 0], 1), out([1, 0, 0, 0], 0.4), out([1, 0, 0, 0], 1e-9)]).toEqual(["…", "V1 + …", "V1"]);
  });
  test("of exact fields that leaves the span has no part of it told, since the data decide that part", () => {
    const of = (outside: number, exact: boolean): string =>
      bracketOf({ ...algebra, brackets: [{ i: 1, j: 2, coefficients: [471, 0, 0, 0], outside }] }, 2, 1, exact).text;
    expect([of(0.049, true), of(0.049, false), of(1e-9, true)]).toEqual(["…", "−471 V1", "−471 V1"]);
  });
  test("keeps small coefficients where it is known well, however far another leaves", () => {
    const brackets = [{ i: 1, j: 2, coefficients: [0.01, 0, 0, 0], outside: 1e-9 }];
    expect(bracketOf({ ...algebra, closure: 1, brackets }, 1, 2).text).toBe("1/100 V1");
  });
});

test("trivial fields stand before the jump and are not counted", () => {
  const { record, figures } = kdvLibrary();
  const run = { record: { ...record, count: 3, trivial: ["∂t + p ∂x"] }, figures };
  const document = pageOf(run);
  expect(said(document.querySelector(".result strong"))).toContain("3 symmetries, exactly");
  expect(said(document.querySelector(".result strong"))).toContain("between the 4th score and the 5th");
  expect(said(document.querySelector(".result"))).toContain(
    "Not counted is 1 field before the jump that moves every solution only along itself: ∂t + p ∂x.",
  );
  expect(said(document.querySelector("#spectrum .legend"))).toContain(
    "4 before the jump, of which 3 count and 1 is trivial",
  );
  expect(document.querySelectorAll("#spectrum .marks .kept").length).toBe(4 + 1);
});

describe("what a generator does", () => {
  const formula = (...terms: (readonly [of: string, component: string, coefficient: number])[]): FormulaRecord => ({
    ...{ reads: "", latex: null, sympy: null, residual: 0, fits: true },
    terms: terms.map(([of, component, coefficient]) => ({
      ...{ function: of, component, coefficient, standardError: null },
      exact: Number.isInteger(coefficient) ? String(coefficient) : null,
    })),
  });
  const words = (...terms: Parameters<typeof formula>): string | undefined =>
    action(formula(...terms))
      ?.text.replace(/<sup>/g, "^")
      .replace(/<[^>]+>/g, "");
  test.each<[string, Parameters<typeof formula>, string | undefined]>([
    ["a shift", [["1", "x", 1]], "moves: x → x + s"],
    ["a shift back", [["1", "x", -2]], "moves: x → x − 2 s"],
    [
      "a boost",
      [
        ["t", "x", 1],
        ["1", "u", 1],
      ],
      "moves: x → x + s t, u → u + s",
    ], // prettier
    [
      "a solution",
      [
        ["x^2", "u", 1],
        ["t", "u", 2],
      ],
      "moves: u → u + s x^2 + 2 s t",
    ],
    [
      "a function with a sum of its own",
      [
        ["sqrt(t + 1)", "x", 2],
        ["1 + t", "u", 1],
        ["1/sqrt(t + 1)", "v", 1],
      ],
      "moves: x → x + 2 s sqrt(t + 1), u → u + s (1 + t), v → v + s (1/sqrt(t + 1))",
    ],
    [
      "a scaling",
      [
        ["x", "x", 1],
        ["u", "u", -0.5],
      ],
      "scales: x → e^s x, u → e^−0.500 s u",
    ],
    [
      "a rotation",
      [
        ["y", "x", 1],
        ["x", "y", -1],
      ],
      "rotates x and y into each other",
    ],
    [
      "a boost of waves",
      [
        ["t", "x", 1],
        ["x", "t", 1],
      ],
      "turns x and t into each other along hyperbolas (a Lorentz boost)",
    ],
    [
      "an ellipse",
      [
        ["y", "x", 4],
        ["x", "y", -1],
      ],
      undefined,
    ],
    [
      "a projective map",
      [
        ["t*x", "x", 1],
        ["t^2", "t", 1],
      ],
      undefined,
    ],
    ["a function of itself", [["exp(t/50)", "t", 1]], undefined],
  ])("%s", (_, terms, text) => {
    expect(words(...terms)).toBe(text);
  });
  test("of a field without a formula nothing is said", () => {
    expect(action({ ...formula(["1", "x", 1]), fits: false })).toBeNull();
  });
});

describe("MathML", () => {
  const good = mathmlOf("x^2 ∂x - 3 t u ∂u");
  test("of a printer passes as it is, and its content gets its element", () => {
    const one = mathmlOf("x^2 ∂x");
    expect(typeset(one, "").text).toBe(one);
    expect(typeset("<mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow>", "").text).toMatch(
      /^<math><mrow>.*<\/mrow><\/math>$/,
    );
  });
  test("of a sum comes in terms, between which a phone can break the line", () => {
    const [first, second, ...more] = parseHTML(`<html><body>${typeset(good, "").text}</body></html>`)
      .document.querySelectorAll(".sum > math")
      .values();
    expect(more).toEqual([]);
    expect([first!.textContent, second!.textContent].map((t) => t!.replaceAll("\u2062", " "))).toEqual([
      "x2 ∂x",
      "−3 t u ∂u",
    ]);
    expect(second!.querySelector("mo")!.getAttribute("form")).toBe("infix");
  });
  test("of a sum within a term stays whole", () => {
    const root = mathml(parse("sqrt(t + 1)"));
    expect(typeset(`<mrow>${root}<mo>\u2062</mo><mi>x</mi></mrow>`, "").text.match(/<math/g)!.length).toBe(1);
    expect(typeset("<mrow><mo>−</mo><mi>x</mi></mrow>", "").text.match(/<math/g)!.length).toBe(1);
    expect(typeset("<mrow><mi>x</mi></mrow><mo>+</mo><mrow><mi>y</mi></mrow>", "").text.match(/<math/g)!.length).toBe(
      1,
    );
  });
  test.each(["exp(t/50)*u_x/(2*t + 2)", "sqrt(x^2 + 1)*sin(alpha*x)^2", "2.5e-7*u^(1/3)"])(
    "of %s as printed passes",
    (source) => {
      expect(typeset(mathml(parse(source)), "").text).toMatch(/^(<span class="sum">)?<math><mrow>/);
    },
  );
  test.each([
    ["nothing", ""],
    ["a script", `${good}<script>alert(1)</script>`],
    ["a script within", good.replace("<mrow>", "<mrow><script>alert(1)</script>")],
    ["a handler", good.replace("<mrow>", '<mrow onclick="alert(1)">')],
    ["a link", good.replace("<mrow>", '<mrow href="https://example.org">')],
    ["a style", good.replace("<mrow>", '<mrow style="position:fixed">')],
    ["foreign annotation", "<math><annotation-xml><p>x</p></annotation-xml></math>"],
    ["a tag left open", "<math><mrow><mi>x</mi></math>"],
    ["a tag closed that was never opened", "<mi>x</mi></math></div><math>"],
    ["text after the element", `${good} and more`],
    ["two elements", `${good}${good}`],
    ["a stray bracket", "<mi>x</mi> < <mi>y</mi>"],
    ["a comment", "<mi>x</mi><!-- -->"],
    ["a direction override", "<mi>\u202ex</mi>"],
  ])("with %s is left out, and the text stands instead", (_, mathml) => {
    expect(typeset(mathml, "<x>").text).toBe('<code class="reads">&lt;x&gt;</code>');
  });
});

test.each(["light", "dark"] as const)("text stands 4.5 : 1 on every shade of the %s bracket table", (theme) => {
  const { text, ground } = PAGE_COLOURS[theme];
  const css = renderReport(kdvLibrary().record, kdvLibrary().figures);
  const shares = [...css.matchAll(/color-mix\(in srgb,var\(--slot-1\) (\d+)%,var\(--ground\)\)/g)].map((m) =>
    Number(m[1]),
  );
  expect(shares.length).toBe(5);
  const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  for (const share of shares) {
    const mixed = [1, 3, 5].map((at) =>
      Math.round((share / 100) * channel(SLOT_COLOURS[theme][0], at) + (1 - share / 100) * channel(ground, at)),
    );
    const shade = `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
    expect(contrast(text, shade)).toBeGreaterThanOrEqual(4.5); // WCAG AA
  }
});
