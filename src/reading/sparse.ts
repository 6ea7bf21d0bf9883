/**
 * A basis of a span in which each field has few terms: reduced to echelon form on members of low degree, terms left out while the field
 * stays within its error, then shortened by subtracting one field from another.
 */
import { degreeOf } from "./degree.js";
import type { Fit } from "./fit.js";
import { LeastSquares, norm } from "./leastsquares.js";
import { pivotsOf } from "./pivots.js";
import { selection } from "./selection.js";
import { Span } from "./span.js";

export interface SparseRow {
  readonly support: readonly number[]; // members of the span's library, by component, then by degree
  readonly pivot: number; // among them: no other row had it before rows were subtracted
  readonly simplified?: true; // further from the fields than their accuracy, by what they must satisfy
}

export interface SparseBasis {
  readonly whole: Span; // as given
  readonly span: Span; // on the members that any row has a use for
  readonly rows: readonly SparseRow[]; // by their simplest terms
}

const ERRORS = 3; // errors of a field by which its formula may move away from it
const ROUNDS = 8;
const SIMPLER = 0.1; // weight of a member against one of a degree less: what exp(t/50)*t^2 can do, exp(t/50) and t should

export function sparseBasis(fit: Fit): SparseBasis {
  const { span: whole, least } = fit;
  if (whole.dimension === 0) return { whole, span: whole, rows: [] };
  const F = whole.library.functions.length;
  const degrees = whole.library.functions.map(degreeOf);
  const degree = (member: number): number => degrees[member % F]!.degree;
  const weight = (member: number): number => SIMPLER ** (degree(member) + degrees[member % F]!.foreign);

  const span = pruned(whole, least, weight);
  const order = [...span.members].sort(
    (a, b) =>
      degree(a) - degree(b) ||
      degrees[a % F]!.foreign - degrees[b % F]!.foreign ||
      a - b /* component, then function */,
  );
  const pivots = pivotsOf(span, order);
  const rows = pivots.map((pivot) => {
    const others = span.members.filter((m) => m === pivot || !pivots.includes(m));
    return { pivot, support: sparsest(span, others, pivot, fit, weight) };
  });
  const place = new Map(order.map((m, i) => [m, i]));
  const first = ({ support }: SparseRow): number => Math.min(...support.map((m) => place.get(m)!));
  return { whole, span, rows: shortened(span, rows, least).sort((a, b) => first(a) - first(b)) };
}

/** The span on the members without which it would move away from its fields. */
function pruned(span: Span, least: number, weight: (member: number) => number): Span {
  const { columns, members, fields, uncertainty } = span;
  const bounds = fields.map((_, j) => Math.max(ERRORS * uncertainty.error[j]!, least));
  const kept = selection(
    members.map((m) => columns[m]!),
    fields,
    bounds,
    (i) => weight(members[i]!),
  ).map((i) => members[i]!);
  const squares = new LeastSquares(kept.map((m) => columns[m]!));
  const fits = fields.map((f) => squares.project(f));
  return new Span(
    span.library,
    columns,
    kept,
    fits.map(({ rest }, j) => fields[j]!.map((v, i) => v - rest[i]!)),
    { ...uncertainty, error: uncertainty.error.map((e, j) => Math.max(e, norm(fits[j]!.rest))) },
  );
}

/** How far, relative to its length, a formula with this accuracy may be from the span. */
const bound = (error: number, least: number): number => Math.max(ERRORS * error, least);

/** The members that the field with coefficient 1 at the pivot cannot do without. */
function sparsest(
  span: Span,
  members: readonly number[],
  pivot: number,
  { least, negligible }: Fit,
  weight: (member: number) => number,
): number[] {
  const full = span.nearest(members, pivot);
  const others = members.filter((m) => m !== pivot);
  const columns = others.map((m) => span.rest(m));
  const may = bound(full.accuracy, least);
  const withPivot = (kept: readonly number[]): number[] => [pivot, ...kept].sort((a, b) => a - b);
  let support = withPivot(others);
  // A field may grow shorter as terms go, and what it may be off with it.
  for (let length = full.length, round = 0; round < ROUNDS; round++) {
    const kept = selection(columns, [span.rest(pivot)], [may * length], (i) => weight(others[i]!));
    support = withPivot(kept.map((i) => others[i]!));
    const near = span.nearest(support, pivot);
    if (near.distance <= may * (1 + 1e-9)) break;
    length = Math.min(0.5 * length, near.length);
  }
  for (;;) {
    const { coefficients, length } = span.nearest(support, pivot);
    const large = support.filter(
      (m, i) => m === pivot || Math.abs(coefficients[i]!) * norm(span.columns[m]!) > negligible * length,
    );
    // Members alike on the data have large coefficients against each other until one of them goes: hence again.
    if (large.length === support.length || span.nearest(large, pivot).distance > negligible) return support;
    support = large;
  }
}

/** Rows less multiples of others, wherever that leaves fewer terms. */
function shortened(span: Span, rows: readonly SparseRow[], least: number): SparseRow[] {
  const out = [...rows];
  let changed = true;
  while (changed) {
    changed = false;
    const near = out.map(({ support, pivot }) => span.nearest(support, pivot));
    for (let i = 0; i < out.length && !changed; i++)
      for (let j = 0; j < out.length && !changed; j++) {
        if (i === j) continue;
        const common = out[i]!.support.filter((m) => out[j]!.support.includes(m));
        if (common.length < 2) continue; // a subtraction brings in the other's pivot
        for (const m of common) {
          const support = difference(out[i]!, near[i]!, out[j]!, near[j]!, m);
          if (support.length === 0 || support.length >= out[i]!.support.length) continue;
          const pivot = support.includes(out[i]!.pivot) ? out[i]!.pivot : support[0]!;
          const { distance } = span.nearest(support, pivot);
          if (distance > bound(near[i]!.accuracy, least)) continue;
          out[i] = { support, pivot };
          changed = true;
          break;
        }
      }
  }
  return out;
}

type Values = { readonly coefficients: Float64Array; readonly errors: Float64Array };

/** Members left in a − λ b, λ such that member m goes, as far as errors tell. */
function difference(a: SparseRow, valueA: Values, b: SparseRow, valueB: Values, m: number): number[] {
  const at = (row: SparseRow, { coefficients, errors }: Values, member: number): [number, number] => {
    const i = row.support.indexOf(member);
    return i < 0 ? [0, 0] : [coefficients[i]!, errors[i]!];
  };
  const [numerator] = at(a, valueA, m);
  const [denominator] = at(b, valueB, m);
  const factor = numerator / denominator;
  return [...new Set([...a.support, ...b.support])]
    .filter((member) => {
      const [p, dp] = at(a, valueA, member);
      const [q, dq] = at(b, valueB, member);
      return member !== m && Math.abs(p - factor * q) > ERRORS * Math.hypot(dp, factor * dq) + 1e-9 * Math.abs(p);
    })
    .sort((p, q) => p - q);
}
