import { beforeAll, describe, expect, test } from "@jest/globals";
import { parseHTML } from "linkedom";
import { renderReport } from "../../src/report/html.js";
import type { RunFigures, RunRecord } from "../../src/report/run.js";
import { heatLibrary, kdvLibrary, rotations, solitonReading, waveLibrary } from "./formula-runs.js";
import { solitonRun } from "./soliton-run.js";

const VOID = new Set(["meta", "link", "br", "img", "input", "hr"]);

/** The first tag that is not closed where it must be, or null. */
function misnested(page: string): string | null {
  const open: string[] = [];
  const body = page.replace(/<style>[\s\S]*?<\/style>/g, "");
  for (const [, slash, name, self] of body.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (slash) {
      if (open.pop() !== name) return `</${name}>`;
    } else if (!self && !VOID.has(name!)) open.push(name!);
  }
  return open.pop() ?? null;
}

/** Angle brackets that belong to no tag: something was written without escaping, or an attribute is broken. */
const stray = (page: string): RegExpMatchArray | null =>
  page
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/<!doctype html>|<\/?[a-zA-Z][a-zA-Z0-9]*(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/g, "")
    .match(/[<>].{0,40}/);

/** Every string replaced, at any depth. */
function strings<T>(value: T, by: (text: string) => string): T {
  if (typeof value === "string") return by(value) as T;
  if (Array.isArray(value)) return value.map((v) => strings(v, by)) as T;
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, strings(v, by)])) as T;
  return value;
}

const NAMES = new Set(["slot", "seed", "i", "j"]); // numbers that name something

/** Every number replaced that measures something, at any depth. */
function numbers<T>(value: T, by: unknown): T {
  if (typeof value === "number") return by as T;
  if (Array.isArray(value)) return value.map((v) => numbers(v, by)) as T;
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, NAMES.has(key) ? v : numbers(v, by)])) as T;
  return value;
}

let record: RunRecord;
let figures: RunFigures;
let page: string;
let document: Document;
const text = (html: string): string => parseHTML(html).document.body.textContent!.replace(/\s+/g, " ");

beforeAll(() => {
  ({ record, figures } = solitonRun(32, 20));
  page = renderReport(record, figures);
  document = parseHTML(page).document;
});

describe("the report of a KdV-like run", () => {
  test("loads nothing and runs nothing", () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|\son\w+=/i);
    const addresses = [...page.matchAll(/(?:src|href|action|data)="([^"]*)"/g)].map((m) => m[1]!);
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter((a) => !a.startsWith("#") && !a.startsWith("data:image/png;base64,"))).toEqual([]);
    expect([...page.matchAll(/url\(([^)]*)\)/g)].map((m) => m[1]).filter((a) => a !== "#hatch")).toEqual([]);
    expect(document.querySelector("meta[http-equiv='Content-Security-Policy']")!.getAttribute("content")).toContain(
      "default-src 'none'",
    );
  });

  test("is well formed: every tag closed in order, no stray bracket, no id twice, no link into nothing", () => {
    expect(misnested(page)).toBeNull();
    expect(stray(page)).toBeNull();
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test("says in the first paragraph what was found, why the fourth was not, and what the count rests on", () => {
    const said = document.querySelector(".result")!.textContent!.replace(/\s/g, " ");
    expect(said).toContain(
      "3 symmetries, exactly: the best of the other candidates scores 3900 × as high as the worst of these.",
    );
    expect(document.querySelector("header .equation")!.textContent).toBe("u_t = -u*u_x - u_xxx");
    expect(said).toContain("any of candidates 1, 2 and 3 leaves it a solution");
    expect(said).toContain(
      "Candidate 4 was rejected because its tangent score, 0.61, is 0.90 × that of untrained networks (allowed: 0.1) and moved along it by s = 0.4, data miss the equation by",
    );
    expect(said).toContain("The count is exact");
  });

  test("tables every score of every candidate under its slot", () => {
    const rows = [...document.querySelectorAll(".candidates tr")].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => cell.textContent!.trim()),
    );
    const row = (name: string) => rows.find(([first]) => first === name)!;
    expect(row("slot")).toEqual(["slot", "3", "1", "2", "4", "untrained networks"]);
    expect(row("tangent score")).toEqual(["tangent score", "2.1e-5", "4.4e-5", "1.6e-4", "0.61", "0.68"]);
    expect(row("verdict").map((v) => v.replace(/^. /, ""))).toEqual([
      "verdict",
      "accepted",
      "accepted",
      "accepted",
      "rejected",
      "",
    ]);
    expect(row("folded cells").slice(1, 5)).toEqual(["0 %", "0 %", "0 %", "7.3 %"]);
    expect(row("points outside").slice(1, 5)).toEqual(["0 %", "3.1 %", "< 0.1 %", "5.3 %"]);
    expect(row("s = 0 (floor)").slice(1, 3)).toEqual(["0.00150.0018", "0.00150.0018"]);
    for (const [s, name] of [
      [-0.4, "s = −0.4"],
      [0.2, "s = +0.2"],
    ] as const)
      record.generators.forEach((g, i) => {
        const entry = g.flow.find((f) => f.s === s)!;
        expect(row(name)[i + 1]).toBe(
          Number(entry.score.toPrecision(2)).toString().padEnd(4, "0") +
            Number(entry.worst.toPrecision(2)).toString().padEnd(4, "0"),
        );
      });
  });

  test("draws for each candidate two quivers and two maps, each figure with a spoken name and a caption", () => {
    expect(document.querySelectorAll(".generator").length).toBe(4);
    for (const section of document.querySelectorAll(".generator"))
      expect(section.querySelectorAll("figure").length).toBe(4);
    for (const figure of document.querySelectorAll("figure")) {
      expect(figure.querySelector("svg[role=img]")!.getAttribute("aria-label")!.length).toBeGreaterThan(15);
      expect(figure.querySelector("figcaption")!.textContent!.length).toBeGreaterThan(15);
    }
    for (const table of document.querySelectorAll("table"))
      expect(table.querySelector("caption")!.textContent).not.toBe("");
  });

  test("names the angles, the machine, the seed, the bounds and the command", () => {
    const all = document.body.textContent!;
    for (const part of [
      "0.10°",
      "0.31°",
      "0.78°",
      "0.015 rad",
      figures.command,
      "no adapter: navigator.gpu is missing",
      "node 20.20.2",
      "tangent score, at most × control",
      "8.0 s",
    ])
      expect(all).toContain(part);
  });

  test("has a light and a dark dress, and one for paper", () => {
    expect(page).toContain("prefers-color-scheme:dark");
    expect(page).toContain("@media print");
  });
});

test.each([
  ["a neural run", () => ({ record, figures })],
  ["a neural run that was read", () => solitonReading(32, 20)],
  ["a library run", kdvLibrary],
  ["a run without flow", rotations],
])("hostile strings anywhere in %s come out as text", (_, made) => {
  const evil = `</style></title><script>alert(1)</script><img src=x onerror="alert(2)">'"&\u0000\u202e`;
  const kept = new Set(["accepted", "rejected", "neural", "library", "tangent", "exact", "none", "x", "t", "u"]); // the contract's own words
  const by = (s: string) => (kept.has(s) ? s : s + evil);
  const run = made();
  const loud = renderReport(strings({ ...run.record, warnings: ["w"] }, by), strings(run.figures, by));
  expect(misnested(loud)).toBeNull();
  expect(stray(loud)).toBeNull();
  const parsed = parseHTML(loud).document;
  expect(parsed.querySelectorAll("script, img, math, [onerror]").length).toBe(0); // MathML with a foreign tail is no MathML
  expect(parsed.querySelectorAll("style").length).toBe(1);
  expect(text(loud)).toContain("<script>alert(1)</script>");
  expect([..."\u0000\u202e"].filter((c) => loud.includes(c))).toEqual([]);
});

test.each([
  ["heat", heatLibrary],
  ["the wave equation", waveLibrary],
  ["a function", rotations],
  ["a neural run that was read", () => solitonReading(32, 20)],
])("the page of %s is well formed, and its links lead somewhere", (_, made) => {
  const run = made();
  const shown = renderReport(run.record, run.figures);
  expect(misnested(shown)).toBeNull();
  expect(stray(shown)).toBeNull();
  const ids = [...shown.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]!);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of shown.matchAll(/(?:href="#|url\(#)([\w-]*)/g)) expect(ids).toContain(target);
  const hollow = renderReport(numbers(run.record, null), run.figures); // run.json holds null where a number failed
  expect(hollow.replace(/base64,[^"]*/g, "").match(/.{20}(NaN|Infinity|undefined|>null)/)).toBeNull();
});

test.each([
  ["NaN", Number.NaN],
  ["null, as run.json would hold NaN", null],
  ["infinity", Number.POSITIVE_INFINITY],
])("a run whose every number is %s is still a page, with dashes", (_, value) => {
  const hollow = numbers({ record, figures }, value);
  const shown = renderReport(hollow.record, hollow.figures);
  expect(misnested(shown)).toBeNull();
  expect(shown.replace(/base64,[^"]*/g, "")).not.toMatch(/NaN|Infinity|undefined|>null/);
  expect(parseHTML(shown).document.querySelector(".candidates")!.textContent).toContain("—");
});

test("a GPU is named, and where it was lost is said with the reason", () => {
  const gpu = { name: "a <fast> card", software: false };
  const switched = { from: "webgpu", to: "wasm", step: 57, reason: "destroyed" };
  const lost = renderReport({ ...record, engine: { ...record.engine, network: "wasm", gpu, switched } }, figures);
  const said = text(lost);
  expect(said).toContain("GPUa <fast> card");
  expect(said).toContain("network engine beforewebgpu, until its device was lost after step 57: destroyed");
  expect([stray(lost), misnested(lost)]).toEqual([null, null]);
  const software = renderReport({ ...record, engine: { ...record.engine, gpu: { ...gpu, software: true } } }, figures);
  expect(text(software)).toContain("card, a software adapter");
});

test("single failed scores are dashes in the table and never hide behind a good neighbour in words", () => {
  const generators = record.generators.map((g, i) =>
    i === 0 ? { ...g, flow: g.flow.map((f) => (f.s === 0.4 ? { ...f, score: Number.NaN } : f)) } : g,
  );
  const shown = text(renderReport({ ...record, generators: [generators[0]!] }, figures));
  expect(shown).toContain("came out as no number");
});

test("a run without flow scores, loss, truth or figures says so and draws nothing", () => {
  const generators = record.generators.map((g) => ({ ...g, flow: [] }));
  const shown = renderReport(
    { ...record, generators, truth: null, warnings: ["The flow score was skipped: --snapshots."] },
    { ...figures, loss: { step: [], slots: [] }, generators: [], solution: { x: [], t: [], u: [] } },
  );
  const without = renderReport(
    { ...record, generators, truth: null },
    { ...figures, loss: null, solution: null, generators: figures.generators.map((g) => ({ ...g, moved: null })) },
  );
  expect(misnested(without)).toBeNull();
  expect(parseHTML(without).document.querySelectorAll("#generators figure").length).toBe(8); // two quivers each
  expect(misnested(shown)).toBeNull();
  expect(text(shown)).toContain("No flow score was computed in this run.");
  expect(text(shown)).toContain("The flow score was skipped: --snapshots.");
  expect(text(shown)).toContain("nothing to compare with");
  expect(shown).not.toContain("<image");
  for (const [, target] of shown.matchAll(/href="#([^"]*)"/g)) expect(shown).toContain(`id="${target}"`);
});

test.each([
  [{ count: 4, countIs: "atLeast" as const, gap: null }, "At least 4 symmetries of kdv."],
  [{ count: null, countIs: "undecided" as const, gap: 4.2 }, "The number of symmetries of kdv is undecided"],
  [{ count: 0, countIs: "exact" as const, gap: null }, "No symmetry of kdv."],
  [
    { count: 1, countIs: "exact" as const, gap: 50 },
    "1 symmetry, exactly: the best of the other candidates scores 50 ×",
  ],
])("a count of %o is told as it is", (counted, said) => {
  expect(text(renderReport({ ...record, ...counted }, figures))).toContain(said);
});

test("what no name is known of is called by its text, once", () => {
  const given = (edit: Partial<RunRecord>): Document =>
    parseHTML(renderReport({ ...record, ...edit }, { ...figures, equation: edit.equationText! })).document;
  const short = given({ task: "function", equationText: "x^2 + y^2", countIs: "undecided", count: null });
  expect(short.querySelector("h1")!.textContent).toBe("Symmetries of the function x^2 + y^2");
  expect(short.title).toContain("x^2 + y^2");
  expect(short.querySelector("header .equation")).toBeNull();
  expect(short.querySelector(".result")!.textContent).toContain(
    "The number of symmetries of the function is undecided",
  );
  const long = given({ task: "pde", equationText: `u_t = ${"-u*u_x".repeat(20)}` });
  expect(long.querySelector("h1")!.textContent).toBe("Symmetries of the equation");
  expect(long.querySelector("header .equation")!.textContent).toContain("u_t = -u*u_x-u*u_x");
});

describe("how far moved data miss", () => {
  const told = (score: number, floor: number, preserves?: string): string => {
    const generators = record.generators.map((g) => ({
      ...g,
      floor,
      flow: g.flow.map((f) => ({ ...f, score, control: 0.9 })),
    }));
    const told = preserves === undefined ? figures : { ...figures, preserves };
    const page = parseHTML(renderReport({ ...record, generators }, told)).document;
    return page.querySelector(".result")!.textContent!;
  };
  test("is in floors where it is near them, else in the equation's terms", () => {
    expect(told(2e-3, 1e-3)).toContain(
      "leaves it a solution: moved by s = ±0.4, it misses the equation by at most 2.0 ×",
    );
    const far = told(2e-3, 3e-8);
    expect(far).toContain("misses the equation by at most 0.0020 of its terms; unmoved it misses it by 3.0e-8");
    expect(far).toContain("moved along untrained networks by 0.90.");
    expect(far).not.toContain("leaves it a solution");
  });
  test("is told of a function without a word of solutions, and where nothing unmoved misses anything", () => {
    const said = told(2e-4, 0, "leaves the function unchanged");
    expect(said).toContain("what should stay the same then changes by at most 2.0e-4, where 0 is perfect");
    expect(said).toContain(
      "moved along it by s\u00a0=\u00a0−0.4, what should stay the same changes by 0.62 (allowed: 0.18)",
    );
    expect(said).not.toMatch(/solution|no number|—/);
  });
});

test("a candidate is told to fail the very bound it fails", () => {
  const g = record.generators[0]!;
  const said = (change: Partial<typeof g>) =>
    text(
      renderReport({ ...record, generators: [{ ...g, ...change, verdict: "approximate", accepted: false }] }, figures),
    ).replace(/\u00a0/g, " ");
  const flow = (change: Partial<(typeof g.flow)[number]>) =>
    g.flow.map((f) => (f.s === -0.2 ? { ...f, ...change } : f));
  expect(said({ tangent: 0.1 })).toContain(
    "Candidate 3 is only approximate because its tangent score, 0.10, is 0.15 × that of untrained networks (allowed: 0.1).",
  );
  expect(said({ flow: flow({ score: 0.0765 }) })).toContain(
    "because moved along it by s = −0.2, data miss the equation by 50 × the floor (allowed: 19).",
  );
  expect(said({ flow: flow({ worst: 0.0765 }) })).toContain(
    "because moved along it by s = −0.2, the worst trajectory misses the equation by 50 × the floor (allowed: 38).",
  );
  expect(said({ flow: flow({ score: Number.NaN }) })).toContain("because a flow score came out as no number.");
  expect(said({})).toContain("Candidate 3 is only approximate.");
});

test("each loss curve ends at its own candidate's score", () => {
  const curves = [...document.querySelectorAll("#losses .curve")];
  const heights = curves.map((c) =>
    Number(
      c
        .querySelector("path")!
        .getAttribute("d")!
        .match(/([\d.]+)$/)![1],
    ),
  );
  expect(curves.map((c) => c.getAttribute("class"))).toEqual(["curve k3", "curve k1", "curve k2", "curve k4"]);
  expect(heights).toEqual([...heights].sort((a, b) => b - a)); // lower scores lie lower: larger y
});

test("four generators on 256 × 140 cells fit half a megabyte, sixteen fit one", () => {
  const full = solitonRun();
  expect(renderReport(full.record, full.figures).length).toBeLessThan(500_000); // measured 0.2 MB
  const many = Array.from({ length: 16 }, (_, i) => ({ ...full.record.generators[i % 4]!, slot: i + 1 }));
  const drawn = many.map((g, i) => ({ ...full.figures.generators[i % 4]!, slot: g.slot }));
  const page16 = renderReport({ ...full.record, generators: many }, { ...full.figures, generators: drawn });
  expect(page16.length).toBeLessThan(1_000_000);
});
