import { describe, expect, test } from "@jest/globals";
import type { Certificate, Certified } from "../../src/reading/certificate.js";
import { type Read, type RecordParts, recordOf } from "../../src/report/record.js";

const certified = (tangent: number, flow: Certified["flow"] = []): Certified => ({
  ...{ tangent, flow, folded: 0, outside: 0, verdict: "accepted" },
});

const tangentOnly: Certificate = {
  fields: [certified(2e-10), certified(1e-10)],
  floor: Number.NaN,
  tangentControl: 0.5,
  control: [],
};

const read = (text: string): Read => ({
  ...{ text, latex: `\\${text}`, sympy: `S(${text})`, residual: 1e-11, fits: true },
  terms: [
    {
      ...{ component: "x", function: "1", coefficient: 0.6666666667, standardError: 1e-9 },
      exact: { numerator: 2, denominator: 3 },
    },
  ],
});

const parts: RecordParts = {
  task: "function",
  method: "library",
  criterion: null,
  seed: 3,
  engine: { network: "none", kernels: "simd", passedOver: [] },
  seconds: { data: 1, learn: 2, certify: 4 },
  certificate: tangentOnly,
  certificateReason: "A function has no flow score.",
  count: { count: 2, countIs: "exact", gap: 1e9 },
  order: [0, 1],
  spectrum: Float64Array.of(1e-10, 2e-10, 0.3),
  formulas: [read("∂x"), read("∂y")],
  truth: null,
};

describe("a library run without flow", () => {
  const record = recordOf(parts);
  test("keeps its whole spectrum, its formulas in order, and no number where nothing was scored", () => {
    expect(record).toMatchObject({
      method: "library",
      criterion: null,
      spectrum: [1e-10, 2e-10, 0.3],
      certificate: "none",
    });
    expect(record.certificateReason).toBe("A function has no flow score.");
    expect(record.generators.map((g) => [g.slot, g.reads, g.latex, g.sympy])).toEqual([
      [1, "∂x", "\\∂x", "S(∂x)"],
      [2, "∂y", "\\∂y", "S(∂y)"],
    ]);
    for (const g of record.generators)
      expect([g.floor, g.control, g.folded, g.outside, g.tangentControl]).toEqual([null, null, null, null, 0.5]);
    expect(record.formulas![0]!.terms[0]!.exact).toBe("2/3");
  });
  test("comes through JSON as it is", () => {
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

test("a neural run's formulas are of its span, not of its slots", () => {
  const flow = [{ s: 0.1, score: 2e-3, worst: 3e-3 }];
  const certificate: Certificate = {
    fields: [certified(2e-4, flow), certified(1e-4, flow)],
    floor: 1e-3,
    tangentControl: 0.5,
    control: [{ s: 0.1, score: 0.4 }],
  };
  const { method: _, spectrum: __, ...rest } = parts;
  const record = recordOf({ ...rest, criterion: "tangent", certificate, order: [1, 0] });
  expect(record).toMatchObject({ method: "neural", certificate: "flow", spectrum: [1e-4, 2e-4] });
  expect(record.generators.map((g) => [g.slot, g.reads, g.floor, g.control])).toEqual([
    [2, null, 1e-3, 0.4],
    [1, null, 1e-3, 0.4],
  ]);
  expect(record.formulas!.map((f) => f.reads)).toEqual(["∂x", "∂y"]);
});

test("an undecided spectrum takes no field for a symmetry; a slot's verdict is its own", () => {
  const fields = (["accepted", "approximate", "rejected"] as const).map((verdict) => ({ ...certified(1e-3), verdict }));
  const certificate = { ...tangentOnly, fields };
  const undecided = {
    ...parts,
    certificate,
    order: [0, 1, 2],
    count: { count: null, countIs: "undecided", gap: 12 },
  } as const;
  const said = (of: RecordParts) => recordOf(of).generators.map((g) => [g.verdict, g.accepted]);
  const others = [
    ["approximate", false],
    ["rejected", false],
  ];
  expect(said(undecided)).toEqual([["undecided", false], ...others]);
  expect(said({ ...undecided, method: "neural" })).toEqual([["accepted", true], ...others]);
  expect(said({ ...undecided, count: parts.count })).toEqual([["accepted", true], ...others]);
});

describe("warnings", () => {
  const undecided = { count: { count: null, countIs: "undecided", gap: 12 } } as const;
  const warned = (edit: Partial<RecordParts>): string => recordOf({ ...parts, ...edit }).warnings.join("\n");
  test.each<[string, Partial<RecordParts>, RegExp]>([
    ["dropped members by name", { dropped: ["sqrt(t + 1) ∂x", "t ∂u"] }, /dropped sqrt\(t \+ 1\) ∂x, t ∂u/],
    ["a library too small", { count: { count: 2, countIs: "atLeast", gap: null } }, /higher --degree/],
    ["no clear gap", { ...undecided, spectrum: [1e-14, 6.4e-8, 1e-6] }, /spectrum: its largest jump is a factor 64;/],
    ["no score at all", { ...undecided, spectrum: [] }, /gap in the spectrum;/],
    ["no clear gap between slots", { ...undecided, method: "neural" }, /rejected slots: they differ by a factor 12;/],
    ["what the run adds", { warnings: ["few times"] }, /^few times$/],
  ])("%s", (_, edit, words) => {
    expect(warned(edit)).toMatch(words);
  });
  test("none without cause", () => {
    expect(warned({})).toBe("");
  });
});

describe("what went wrong on the way is a warning", () => {
  const warnings = (more: Partial<RecordParts>): readonly string[] => recordOf({ ...parts, ...more }).warnings;
  test("steps that were left out, by number", () => {
    expect(warnings({ skipped: [] })).toEqual([]);
    expect(warnings({ skipped: [7] })[0]).toMatch(
      /^training step 7 was left out because score or gradient was not finite/,
    );
    expect(warnings({ skipped: [7, 9] })[0]).toMatch(/^2 training steps, 7, 9, were left out/);
  });
  test("cells that an accepted field folds, above a hundredth of all", () => {
    const folding = (folded: number): Certificate => ({ ...tangentOnly, fields: [{ ...certified(1e-10), folded }] });
    expect(warnings({ certificate: folding(0.009), order: [0] })).toEqual([]);
    expect(warnings({ certificate: folding(0.032), order: [0] })[0]).toMatch(/^an accepted generator folds 3\.2 % of/);
  });
});
