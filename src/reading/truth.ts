/**
 * Known generators of the built-in equations: the answer sheet. Only the certificate's comparison and the report read it; learning never
 * does (test/layers.test.ts). The tests verify each by prolongation, and that there are no others in the library named here.
 */
import { constant, type Expression, variable } from "../expression/expression.js";
import { parse } from "../expression/parse.js";

/** A generator in physical coordinates: its component along each of them, 0 where none is given. */
export type Known = Readonly<Record<string, Expression>>;

/**
 * `full`: within polynomials of degree ≤ 2 in the coordinates, for nkdv alone and times exp(±t/50), for ckdv alone and over sqrt(t + 1).
 * `periodic`: within smooth fields periodic in x, which the neural learner uses.
 */
export type FieldClass = "full" | "periodic";

type Texts = Readonly<Record<string, string>>;

interface Truth {
  readonly full: readonly Texts[] | null; // null: none on file
  readonly periodic: readonly Texts[] | null;
}

const [alongX, alongY, alongT]: Texts[] = [{ x: "1" }, { y: "1" }, { t: "1" }];
const translations: readonly Texts[] = [alongX!, alongT!];
const plane: readonly Texts[] = [alongX!, alongY!, alongT!, { x: "-y", y: "x" }];
const boost: Texts = { x: "t", u: "1" }; // Galilean: wherever u enters as u_t + u*u_x alone
const phase: Texts = { u: "-v", v: "u" };

const table: ReadonlyMap<string, Truth> = new Map<string, Truth>([
  ["transport", { full: null, periodic: null }], // any function of x − ct times a generator is one more: no finite list
  [
    "heat", // Olver (1993), example 2.41; its projective symmetry is of degree 3
    {
      full: [
        ...translations,
        { u: "u" },
        { x: "x", t: "2*t" },
        { x: "2*nu*t", u: "-x*u" },
        { u: "1" },
        { u: "x" },
        { u: "x^2 + 2*nu*t" },
      ],
      periodic: null, // every periodic solution w gives w ∂u
    },
  ],
  [
    "burgers", // Olver (1993), example 2.42, as that of its potential
    {
      full: [...translations, boost, { x: "x", t: "2*t", u: "-u" }, { x: "x*t", t: "t^2", u: "x - t*u" }],
      periodic: [...translations, boost],
    },
  ],
  [
    "potential-burgers",
    {
      full: [
        ...translations,
        { u: "1" },
        { x: "x", t: "2*t" },
        { x: "t", u: "x" },
        { x: "2*x*t", t: "2*t^2", u: "x^2 + 2*nu*t" },
      ],
      periodic: null, // w exp(u/(2ν)) ∂u for every periodic solution w of the heat equation
    },
  ],
  [
    "kdv", // Olver (1993), example 2.44
    { full: [...translations, boost, { x: "x", t: "3*t", u: "-2*u" }], periodic: [...translations, boost] },
  ],
  ["ks", { full: [...translations, boost], periodic: [...translations, boost] }],
  [
    "nkdv", // KdV's in the time 50 exp(t/50)
    {
      full: [alongX!, { t: "exp(-t/50)" }, { x: "50*exp(t/50)", u: "1" }, { x: "x", t: "150", u: "-2*u" }],
      periodic: [alongX!, { t: "exp(-t/50)" }, { x: "50*exp(t/50)", u: "1" }],
    },
  ],
  [
    "ckdv", // KdV's by the map between the two equations
    {
      full: [
        alongX!,
        { x: "2*(t + 1)/sqrt(t + 1)", u: "1/sqrt(t + 1)" },
        { x: "x", t: "3*t + 3", u: "-2*u" },
        {
          x: "2*x*(t + 1)/sqrt(t + 1)",
          t: "4*(t + 1)^2/sqrt(t + 1)",
          u: "(x - 4*(t + 1)*u)/sqrt(t + 1)",
        },
      ],
      periodic: [alongX!, { x: "2*sqrt(t + 1)", u: "1/sqrt(t + 1)" }],
    },
  ],
  [
    "wave-2d", // the conformal algebra, the scaling of u, and the polynomial solutions
    {
      full: [
        ...plane,
        { x: "t", t: "x" },
        { y: "t", t: "y" },
        { x: "x", y: "y", t: "t" },
        { x: "x^2 - y^2 + t^2", y: "2*x*y", t: "2*x*t", u: "-x*u" },
        { x: "2*x*y", y: "y^2 - x^2 + t^2", t: "2*y*t", u: "-y*u" },
        { x: "2*x*t", y: "2*y*t", t: "x^2 + y^2 + t^2", u: "-t*u" },
        { u: "u" },
        ...["1", "x", "y", "t", "x*y", "x*t", "y*t", "x^2 + t^2", "y^2 + t^2"].map((u) => ({ u })),
      ],
      periodic: null,
    },
  ],
  [
    "schrodinger-2d", // its pseudo-conformal symmetry is of degree 3
    {
      full: [
        ...plane,
        phase,
        { x: "x", y: "y", t: "2*t", u: "-u", v: "-v" },
        { x: "2*t", u: "-x*v", v: "x*u" },
        { y: "2*t", u: "-y*v", v: "y*u" },
      ],
      periodic: null,
    },
  ],
  ["reaction-diffusion-2d", { full: [...plane, phase], periodic: null }],
]);

/** The known generators of an equation of the catalogue, with its parameters by value; null where no finite list is on file. */
export function knownGenerators(
  equation: string,
  parameters: Readonly<Record<string, number>>,
  within: FieldClass,
): readonly Known[] | null {
  const texts = table.get(equation)?.[within];
  const values = new Map(Object.entries(parameters).map(([name, value]) => [name, constant(value)]));
  const read = (text: string): Expression => parse(text, { names: (name) => values.get(name) ?? variable(name) });
  const readAll = (known: Texts): Known =>
    Object.fromEntries(Object.entries(known).map(([along, text]) => [along, read(text)]));
  return texts?.map(readAll) ?? null;
}
