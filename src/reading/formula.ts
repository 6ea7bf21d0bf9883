/** Fields as formulas: the rows of a sparse basis with their numbers recognised, scaled to whole ones where all are. */
import type { Expression } from "../expression/expression.js";
import { text } from "../expression/print.js";
import { compareDegrees, type Degree, degreeOf } from "./degree.js";
import { fitDefaults } from "./fit.js";
import { norm } from "./leastsquares.js";
import { numbersOf } from "./numbers.js";
import { ratioOf } from "./rational.js";
import type { Span } from "./span.js";
import type { SparseBasis, SparseRow } from "./sparse.js";
import { componentsOf, gathered, type Term } from "./term.js";
import { type Typeset, typeset } from "./typeset.js";

export interface Formula extends Omit<Typeset, "latex" | "sympy" | "mathml"> {
  readonly fits: boolean;
  readonly latex: string | null; // null, as what follows, where nothing fits
  readonly sympy: string | null;
  readonly mathml: string | null;
  readonly residual: number; // distance of the formula from the span it was read off, relative to its length
  readonly terms: readonly Term[]; // empty where nothing fits
  readonly components: readonly Expression[]; // one per coordinate, physical; empty where nothing fits
  readonly coefficients: Float64Array; // [members] of the library; empty where nothing fits
}

/** `worst`: residual above which a formula does not fit. One formula per row: by highest degree, polynomials first, then in the order of the rows; what has none comes last. */
export function formulasOf({ whole, span, rows }: SparseBasis, worst: number = fitDefaults.worst): Formula[] {
  const highest = ({ terms }: Formula): Degree =>
    terms
      .map((t) => degreeOf(t.expression))
      .reduce((a, b) => ({ degree: Math.max(a.degree, b.degree), foreign: Math.max(a.foreign, b.foreign) }));
  const all = rows.map((row) => formulaOf(whole, span, row));
  return [
    ...all.filter((f) => f.residual <= worst).sort((a, b) => compareDegrees(highest(a), highest(b))),
    ...all.filter((f) => !(f.residual <= worst)).map((f) => unreadable(f.residual)),
  ];
}

/** What is said of a field that the library does not express. */
export const unreadable = (residual: number): Formula => ({
  text: `no library member fits: residual ${Number(residual.toPrecision(2))}`,
  fits: false,
  latex: null,
  sympy: null,
  mathml: null,
  residual,
  terms: [],
  components: [],
  coefficients: new Float64Array(0),
});

export function formulaOf(whole: Span, span: Span, { support, simplified }: SparseRow): Formula {
  const { library, columns } = span;
  const F = library.functions.length;
  const scaled = numbersOf(simplified ? span.cautious : span, support);
  const terms = gathered(
    support.map((member, i): Term => {
      const expression = library.functions[member % F]!;
      const exact = scaled.exact[i]!;
      return {
        component: library.coordinates[Math.floor(member / F)]!,
        function: text(expression),
        expression,
        coefficient: scaled.values[i]!,
        standardError: scaled.errors[i]!,
        exact,
        deviation: exact && scaled.values[i]! - ratioOf(exact),
      };
    }),
    text,
  );
  const order = library.coordinates;
  terms.sort(
    (a, b) =>
      order.indexOf(a.component) - order.indexOf(b.component) ||
      compareDegrees(degreeOf(a.expression), degreeOf(b.expression)),
  );
  const components = componentsOf(terms, order);
  const coefficients = new Float64Array(columns.length);
  support.forEach((member, i) => {
    const exact = scaled.exact[i]!;
    coefficients[member] = exact ? ratioOf(exact) : scaled.values[i]!;
  });
  return {
    ...typeset(terms, components, order),
    fits: true,
    residual: residualOf(whole, support, coefficients),
    terms,
    components,
    coefficients,
  };
}

/** Distance from the span relative to the length, with what the fields have beyond the library. */
function residualOf(span: Span, support: readonly number[], coefficients: Float64Array): number {
  const vector = span.vector(
    support,
    support.map((m) => coefficients[m]!),
  );
  return Math.hypot(norm(span.beyond(vector)), span.errorsOf(vector).outside) / norm(vector);
}
