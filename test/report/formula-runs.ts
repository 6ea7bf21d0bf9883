/** Runs as reading gives them, made without learning: known polynomial generators with their true brackets. */
import { stream } from "../../src/engine/random.js";
import { thresholds } from "../../src/reading/certificate.js";
import { drawRun } from "../../src/report/figures.js";
import type { AlgebraRecord, FormulaRecord, GeneratorRecord, RunFigures, RunRecord } from "../../src/report/run.js";
import { solitonRun } from "./soliton-run.js";

export interface Run {
  readonly record: RunRecord;
  readonly figures: RunFigures;
}

interface Monomial {
  readonly coefficient: number;
  readonly exponents: readonly number[];
  readonly component: number;
}

type Polynomial = readonly Monomial[]; // a vector field

/** "x ∂x + 3 t ∂t - 2 u ∂u" over its coordinates. */
function parsed(text: string, names: readonly string[]): Polynomial {
  return text
    .replaceAll(" - ", " + -")
    .split(" + ")
    .map((term) => {
      const [, sign, size, powers, component] = /^(-?)(\d*) ?(.*?) ?∂(\w+)$/.exec(term)!;
      const exponents = names.map(() => 0);
      for (const factor of powers!.split(" ").filter((f) => f !== "")) {
        const [name, exponent] = factor.split("^");
        exponents[names.indexOf(name!)]! += Number(exponent ?? 1);
      }
      return {
        coefficient: (sign === "-" ? -1 : 1) * Number(size || 1),
        exponents,
        component: names.indexOf(component!),
      };
    });
}

const key = (m: Monomial): string => `${m.exponents.join()} ${m.component}`;

/** Σ_c v_c ∂_c w − w_c ∂_c v. Source: Olver (1993), equation 1.22. */
function bracket(v: Polynomial, w: Polynomial): Map<string, number> {
  const sum = new Map<string, number>();
  const along = (a: Polynomial, b: Polynomial, sign: number): void => {
    for (const p of a)
      for (const q of b) {
        const e = q.exponents[p.component]!;
        if (e === 0) continue;
        const exponents = q.exponents.map((n, c) => n + p.exponents[c]! - (c === p.component ? 1 : 0));
        const m = { exponents, component: q.component, coefficient: 0 };
        sum.set(key(m), (sum.get(key(m)) ?? 0) + sign * e * p.coefficient * q.coefficient);
      }
  };
  along(v, w, 1);
  along(w, v, -1);
  return sum;
}

/** Coefficients over the basis by elimination, and the share of the target that is left. */
function within(basis: readonly Polynomial[], target: ReadonlyMap<string, number>): { c: number[]; left: number } {
  const keys = [...new Set([...basis.flatMap((v) => v.map(key)), ...target.keys()])];
  const rows = keys.map((k) => [
    ...basis.map((v) => v.filter((m) => key(m) === k).reduce((sum, m) => sum + m.coefficient, 0)),
    target.get(k) ?? 0,
  ]);
  const n = basis.length;
  const used: number[] = [];
  for (let col = 0; col < n; col++) {
    const pivot = rows.findIndex((row, r) => !used.includes(r) && Math.abs(row[col]!) > 1e-9);
    used.push(pivot);
    for (const [r, row] of rows.entries()) {
      if (r === pivot) continue;
      const factor = row[col]! / rows[pivot]![col]!;
      for (let j = 0; j <= n; j++) row[j]! -= factor * rows[pivot]![j]!;
    }
  }
  const size = Math.hypot(...target.values());
  const rest = Math.hypot(...rows.filter((_, r) => !used.includes(r)).map((row) => row[n]!));
  return { c: used.map((r, col) => rows[r]![n]! / rows[r]![col]!), left: size > 0 ? rest / size : 0 };
}

/** Rank of vectors, by elimination. */
function rank(vectors: readonly (readonly number[])[]): number {
  const rows = vectors.map((v) => [...v]);
  let found = 0;
  for (let col = 0; col < (rows[0]?.length ?? 0); col++) {
    const pivot = rows.findIndex((row, r) => r >= found && Math.abs(row[col]!) > 1e-9);
    if (pivot < 0) continue;
    [rows[found], rows[pivot]] = [rows[pivot]!, rows[found]!];
    for (let r = found + 1; r < rows.length; r++) {
      const factor = rows[r]![col]! / rows[found]![col]!;
      for (let j = col; j < rows[r]!.length; j++) rows[r]![j]! -= factor * rows[found]![j]!;
    }
    found++;
  }
  return found;
}

function algebraOf(texts: readonly string[], basis: readonly Polynomial[]): AlgebraRecord {
  const n = basis.length;
  const brackets = basis.flatMap((v, a) =>
    basis.slice(a + 1).map((w, d) => ({ i: a + 1, j: a + d + 2, ...within(basis, bracket(v, w)) })),
  );
  const table = new Map(brackets.map((e) => [`${e.i - 1} ${e.j - 1}`, e.c]));
  const of = (a: number, b: number): number[] => {
    const found = table.get(`${Math.min(a, b)} ${Math.max(a, b)}`);
    return (found ?? Array<number>(n).fill(0)).map((c) => (a > b ? -c : c));
  };
  const product = (v: readonly number[], w: readonly number[]): number[] => {
    const sum = Array<number>(n).fill(0);
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++)
        if (v[a] && w[b]) for (const [k, c] of of(a, b).entries()) sum[k]! += v[a]! * w[b]! * c;
    return sum;
  };
  const unit = (a: number): number[] => Array.from({ length: n }, (_, i) => (i === a ? 1 : 0));
  const dims = [n];
  let span = basis.map((_, a) => unit(a));
  for (;;) {
    const next = span.flatMap((v, p) => span.slice(p + 1).map((w) => product(v, w)));
    const d = rank(next);
    if (d === dims.at(-1)) break;
    dims.push(d);
    if (d === 0) break;
    span = next.filter((v) => v.some((c) => c !== 0)).slice(0, 60);
  }
  const centre = n - rank(basis.map((_, a) => basis.flatMap((_, b) => of(a, b))));
  const closes = brackets.every((b) => b.left < 1e-6);
  return {
    basis: texts,
    brackets: brackets.map(({ i, j, c, left }) => ({ i, j, coefficients: c.map((v) => v + 1e-10), outside: left })), // as measured: never exactly 0
    closure: Math.max(1.3e-9, ...brackets.map((b) => b.left)),
    jacobi: 4e-10,
    centre,
    derived: dims,
    solvable: closes && dims.at(-1) === 0,
    nilpotent: closes && dims.at(-1) === 0 && centre === n,
    semisimple: closes && dims.length === 1,
    of: "formulas",
  };
}

function formula(text: string, polynomial: Polynomial, names: readonly string[], residual: number): FormulaRecord {
  const word = (m: Monomial): string =>
    names
      .flatMap((name, c) => (m.exponents[c]! > 1 ? [`${name}^${m.exponents[c]}`] : m.exponents[c] ? [name] : []))
      .join("*") || "1";
  return {
    reads: text,
    latex: text.replaceAll(/∂(\w+)/g, "\\partial_$1"),
    sympy: `Matrix([${names.map((_, c) => component(polynomial, c, word)).join(", ")}])`,
    residual,
    fits: true,
    terms: polynomial.map((m) => ({
      function: word(m),
      component: names[m.component]!,
      coefficient: m.coefficient * (1 + 2.3e-9),
      standardError: 4.1e-9,
      exact: String(m.coefficient),
    })),
  };
}

const component = (polynomial: Polynomial, c: number, word: (m: Monomial) => string): string =>
  polynomial
    .filter((m) => m.component === c)
    .map((m) => `${m.coefficient}*${word(m).replaceAll("^", "**")}`)
    .join(" + ") || "0";

/** As a printer would write it. */
export function mathmlOf(text: string): string {
  const terms = text.split(/(?<=\S) (?=[+-] )|(?<= [+-]) /);
  const inner = terms.map((part) => {
    const [, sign, rest] = /^([+-])? ?(.*)$/.exec(part)!;
    const factors = rest!
      .split(" ")
      .filter((f) => f !== "")
      .map((f) => {
        const [base, exponent] = f.split("^");
        if (f.startsWith("∂")) return `<msub><mo>∂</mo><mi>${f.slice(1)}</mi></msub>`;
        const symbol = /^\d/.test(base!) ? `<mn>${base}</mn>` : `<mi>${base}</mi>`;
        return exponent ? `<msup>${symbol}<mn>${exponent}</mn></msup>` : symbol;
      })
      .join("<mo>\u2062</mo>");
    return `${sign ? `<mo>${sign === "-" ? "−" : "+"}</mo>` : ""}${factors}`;
  });
  return `<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow>${inner.join("")}</mrow></math>`;
}

interface Spec {
  readonly task: string;
  readonly equation: string;
  readonly preserves?: string;
  readonly names: readonly string[];
  readonly fields: readonly string[];
  readonly members: number;
  readonly gap: number;
  readonly flow: boolean;
  readonly why?: string;
  readonly box: { readonly lo: readonly number[]; readonly hi: readonly number[] };
  readonly truth: RunRecord["truth"];
}

const SHIFTS = [-0.4, -0.2, -0.1, 0.1, 0.2, 0.4];

function libraryRun(spec: Spec): Run {
  const draw = stream(3, "formula fixture");
  const basis = spec.fields.map((text) => parsed(text, spec.names));
  const k = basis.length;
  const highest = 3e-10;
  const spectrum = Array.from({ length: spec.members }, (_, i) =>
    i < k ? highest * 10 ** ((i - k + 1) * 0.12) : Math.min(0.95, highest * spec.gap * 10 ** ((i - k) * 0.11)),
  );
  const FLOOR = 1.53e-3;
  const generators = spec.fields.map((reads, i): GeneratorRecord => {
    const read = formula(reads, basis[i]!, spec.names, 2e-11);
    const flow = SHIFTS.map((s) => {
      const score = FLOOR * (1 + 0.3 * Math.abs(s) * draw.uniform());
      return { s, score, worst: 1.3 * score, control: 0.37 * Math.sqrt(Math.abs(s) / 0.4) };
    });
    return {
      slot: i + 1,
      tangent: spectrum[i]! * (1 + draw.uniform()),
      floor: spec.flow ? FLOOR : null,
      control: spec.flow ? 0.37 : null,
      tangentControl: 0.53,
      flow: spec.flow ? flow : [],
      folded: spec.flow ? 0 : null,
      outside: spec.flow ? 0.004 * i : null,
      verdict: "accepted",
      accepted: true,
      reads,
      latex: read.latex,
      sympy: read.sympy,
    };
  });
  const record: RunRecord = {
    schema: 1,
    version: "0.1.0",
    task: spec.task,
    equationText: spec.equation,
    coordinates: spec.names,
    method: "library",
    criterion: null,
    seed: 1,
    engine: { network: "none", kernels: "simd", passedOver: [] },
    seconds: { data: 0.41, learn: 0.09, certify: 0.83, total: 1.33 },
    count: k,
    countIs: "exact",
    gap: spec.gap,
    spectrum,
    warnings: [],
    generators,
    formulas: spec.fields.map((text, i) => formula(text, basis[i]!, spec.names, 2e-11 * (i + 1))),
    algebra: algebraOf(spec.fields, basis),
    approximate: [],
    lowPass: null,
    dropped: [],
    certificate: spec.flow ? "flow" : "none",
    certificateReason: spec.why ?? null,
    truth: spec.truth,
    report: null,
  };
  const { lo, hi } = spec.box;
  const soliton = spec.flow ? solitonRun(64, 40) : null;
  const drawn = drawRun({
    equation: spec.equation,
    ...(spec.preserves === undefined ? {} : { preserves: spec.preserves }),
    frame: {
      names: spec.names,
      lo,
      hi,
      at: lo.map((v, c) => (v + hi[c]!) / 2),
      unit: lo.map((v, c) => hi[c]! - v),
    },
    fields: basis.map((polynomial, i) => ({ slot: i + 1, value: (points) => valuesOf(polynomial, points, lo.length) })),
    held: null,
    history: [],
    limits: thresholds,
    mathml: spec.fields.map(mathmlOf),
    command: `npx liefield learn ${spec.task} --method library --degree 2 --seed 1`,
    environment: [["Runtime", "node 20.20.2"]],
    settings: [
      ["Library", `monomials of degree ≤ 2 in ${spec.names.join(", ")}: ${spec.members} members`],
      ["Data", "6 trajectories, simulated"],
    ],
  });
  if (soliton === null) return { record, figures: drawn };
  const moved = soliton.figures.generators[2]!.moved;
  const figures = {
    ...drawn,
    solution: soliton.figures.solution,
    generators: drawn.generators.map((g) => ({ ...g, moved })),
  };
  return { record, figures };
}

function valuesOf(polynomial: Polynomial, points: Float64Array, dim: number): Float64Array {
  const out = new Float64Array(points.length);
  for (let p = 0; p < points.length; p += dim)
    for (const { coefficient, exponents, component } of polynomial)
      out[p + component]! += exponents.reduce((product, e, c) => product * points[p + c]! ** e, coefficient);
  return out;
}

export const kdvLibrary = (): Run =>
  libraryRun({
    task: "kdv",
    equation: "u_t = -u*u_x - u_xxx",
    names: ["x", "t", "u"],
    fields: ["∂x", "∂t", "t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"],
    members: 30,
    gap: 3.2e7,
    flow: true,
    box: { lo: [-64, 44, -0.5], hi: [64, 100, 2.6] },
    truth: { dimension: 4, principalAnglesDegrees: [0, 1e-9, 3e-9, 4e-9], grassmann: 9e-11 },
  });

/** Infinite-dimensional symmetry cut off at degree 2: its brackets leave the span. */
export const heatLibrary = (): Run => {
  const run = libraryRun({
    task: "heat",
    equation: "u_t = u_xx",
    names: ["x", "t", "u"],
    fields: ["∂x", "∂t", "∂u", "x ∂x + 2 t ∂t", "2 t ∂x - x u ∂u", "u ∂u", "x ∂u", "x^2 ∂u + 2 t ∂u"],
    members: 30,
    gap: 4.1e6,
    flow: true,
    box: { lo: [0, 0, -1], hi: [6.28, 1, 1] },
    truth: { dimension: 8, principalAnglesDegrees: Array(8).fill(2e-9), grassmann: 1e-10 },
  });
  const warning =
    "the equation is linear: any of its solutions times ∂u is a symmetry, so the count grows with the library";
  return { ...run, record: { ...run.record, warnings: [warning], lowPass: { mode: 21, of: 128 } } };
};

export const waveLibrary = (): Run =>
  libraryRun({
    task: "wave-2d",
    equation: "u_tt = u_xx + u_yy",
    names: ["x", "y", "t", "u"],
    fields: [
      "∂x",
      "∂y",
      "∂t",
      "∂u",
      "x ∂x + y ∂y + t ∂t",
      "y ∂x - x ∂y",
      "t ∂x + x ∂t",
      "t ∂y + y ∂t",
      "u ∂u",
      "x ∂u",
      "y ∂u",
      "t ∂u",
      "x^2 ∂x - y^2 ∂x + t^2 ∂x + 2 x y ∂y + 2 x t ∂t - x u ∂u",
      "2 x y ∂x - x^2 ∂y + y^2 ∂y + t^2 ∂y + 2 y t ∂t - y u ∂u",
      "2 x t ∂x + 2 y t ∂y + x^2 ∂t + y^2 ∂t + t^2 ∂t - t u ∂u",
      "x y ∂u",
      "x t ∂u",
      "y t ∂u",
      "x^2 ∂u + t^2 ∂u",
      "y^2 ∂u + t^2 ∂u",
    ],
    members: 60,
    gap: 2.1e5,
    flow: false,
    why: "Moving data in finite steps is built for equations in one space dimension with one component.",
    box: { lo: [0, 0, 0, -1], hi: [6.28, 6.28, 1, 1] },
    truth: { dimension: 20, principalAnglesDegrees: Array(20).fill(3e-6), grassmann: 2e-7 },
  });

export const rotations = (): Run =>
  libraryRun({
    task: "function",
    equation: "x^2 + y^2 + z^2",
    preserves: "leaves the function unchanged",
    names: ["x", "y", "z"],
    fields: ["y ∂x - x ∂y", "z ∂x - x ∂z", "z ∂y - y ∂z"],
    members: 12,
    gap: 8e8,
    flow: false,
    why: "A function has no equation to score moved data against.",
    box: { lo: [-1, -1, -1], hi: [1, 1, 1] },
    truth: null,
  });

/** The neural soliton run with its accepted span read: two formulas that fit, one that no member fits. */
export function solitonReading(nx?: number, nt?: number): Run {
  const { record, figures } = solitonRun(nx, nt);
  const names = ["x", "t", "u"];
  const noisy = (text: string, residual: number, error: number): FormulaRecord => {
    const exact = formula(text, parsed(text, names), names, residual);
    const terms = exact.terms.map((t) => ({ ...t, coefficient: t.coefficient * (1 + error), standardError: error }));
    return { ...exact, terms };
  };
  const read = [noisy("∂x", 2.1e-3, 4e-4), noisy("∂t", 3.4e-3, 9e-4)];
  const misfit: FormulaRecord = {
    reads: "no library member fits: residual 0.31",
    latex: null,
    sympy: null,
    residual: 0.31,
    fits: false,
    terms: [],
  };
  return {
    record: {
      ...record,
      coordinates: names,
      formulas: [...read, misfit],
      algebra: {
        basis: [...read, misfit].map((f) => f.reads),
        brackets: [
          { i: 1, j: 2, coefficients: [2e-4, -1e-4, 3e-4] },
          { i: 1, j: 3, coefficients: [1e-3, 4e-4, -2e-4] },
          { i: 2, j: 3, coefficients: [0.987, 2e-3, 1e-3] },
        ],
        closure: 6e-3,
        jacobi: 2e-3,
        centre: 1,
        derived: [3, 1, 0],
        solvable: true,
        nilpotent: true,
        semisimple: false,
        of: "formulas",
      },
      approximate: [{ reads: "x ∂x + 3 t ∂t - 2 u ∂u", score: 0.021 }],
    },
    figures: { ...figures, mathml: [...read.map((f) => mathmlOf(f.reads)), null] },
  };
}
