/**
 * Library fields: linear combinations of members, each a function of the coordinates in one component. A library over coordinates
 * (x, t, u) is the product of its functions with the three components.
 */
import {
  call,
  constant,
  type Expression,
  one,
  power,
  product,
  scale,
  subtract,
  sum,
  variable,
} from "../expression/expression.js";
import { text } from "../expression/print.js";

/** Functions f_1 … f_F of the coordinates; member f + F·c is f_f in component c. */
export interface Library {
  readonly coordinates: readonly string[]; // in the order of a field's components
  readonly functions: readonly Expression[]; // of the coordinates, in physical units
  readonly labels: readonly string[]; // of the functions, for people
  readonly periodic: boolean; // in the first coordinate (the first two in two space dimensions): Fourier tests are allowed
}

export const memberCount = ({ functions, coordinates }: Library): number => functions.length * coordinates.length;

/** "x*t ∂u". */
export const memberLabel = ({ labels, coordinates }: Library, member: number): string =>
  `${labels[member % labels.length]} ∂${coordinates[Math.floor(member / labels.length)]}`;

/** Affine change of each coordinate in which monomials are built, so that a library is well conditioned on the data. */
export interface Units {
  readonly offset: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
}

/** Exponents of all monomials up to a total degree in `dim` coordinates: by degree, then with early coordinates first. */
export function exponents(dim: number, degree: number): number[][] {
  const of = (left: number, total: number): number[][] => {
    if (left === 0) return total === 0 ? [[]] : [];
    return Array.from({ length: total + 1 }, (_, i) => total - i).flatMap((first) =>
      of(left - 1, total - first).map((rest) => [first, ...rest]),
    );
  };
  return Array.from({ length: degree + 1 }, (_, d) => of(dim, d)).flat();
}

/**
 * All monomials up to `degree` in the coordinates, alone and times each of `extra` (functions of the coordinates, named members).
 * With `units` the monomials are in (z − offset)/scale: the same span, better conditioned.
 */
export function monomialLibrary(
  coordinates: readonly string[],
  degree: number,
  extra: readonly Expression[] = [],
  units?: Units,
): Library {
  const places = coordinates.map((name, a) =>
    units
      ? scale(1 / units.scale[a]!, subtract(variable(name), constant(units.offset[a]!)))
      : (variable(name) as Expression),
  );
  const powers = exponents(coordinates.length, degree);
  const monomials = powers.map((exponent) => product(...exponent.map((e, a) => power(places[a]!, e))));
  const names = powers.map((exponent) => product(...exponent.map((e, a) => power(variable(coordinates[a]!), e))));
  const factors = [constant(1), ...extra];
  return {
    coordinates,
    functions: factors.flatMap((factor) => monomials.map((m) => product(factor, m))),
    labels: factors.flatMap((factor) => names.map((m) => text(product(factor, m)))),
    periodic: false,
  };
}

/** A periodic coordinate of a Fourier library. */
export interface PeriodicCoordinate {
  readonly name: string;
  readonly length: number; // period
  readonly modes: number; // cos and sin of k = 1 … modes times 2π/length, besides 1
}

/** Another coordinate: Legendre polynomials P_0 … P_degree of (z − centre)/half. */
export interface BoundedCoordinate {
  readonly name: string;
  readonly centre: number;
  readonly half: number;
  readonly degree: number;
}

/** All products of Fourier modes in the periodic coordinates, which come first, and Legendre polynomials in the others. */
export function fourierLibrary(
  periodic: readonly PeriodicCoordinate[],
  bounded: readonly BoundedCoordinate[],
): Library {
  const lists = [...periodic.map(fourierModes), ...bounded.map(legendre)];
  const all = lists.reduce<readonly { f: Expression; label: string }[]>(
    (left, list) =>
      left.flatMap((a) =>
        list.map((b) => ({
          f: product(a.f, b.f),
          label: [a.label, b.label].filter((label) => label !== "1").join("*") || "1",
        })),
      ),
    [{ f: one, label: "1" }],
  );
  return {
    coordinates: [...periodic, ...bounded].map(({ name }) => name),
    functions: all.map(({ f }) => f),
    labels: all.map(({ label }) => label),
    periodic: true,
  };
}

function fourierModes({ name, length, modes }: PeriodicCoordinate): { f: Expression; label: string }[] {
  const waves = Array.from({ length: modes }, (_, i) =>
    (["cos", "sin"] as const).map((wave) => ({
      f: call(wave, scale((2 * Math.PI * (i + 1)) / length, variable(name))),
      label: `${wave}(${i === 0 ? "" : `${i + 1}*`}2*pi*${name}/${length})`,
    })),
  );
  return [{ f: one, label: "1" }, ...waves.flat()];
}

/** P_{n+1} = ((2n + 1) z P_n − n P_{n−1})/(n + 1). */
function legendre({ name, centre, half, degree }: BoundedCoordinate): { f: Expression; label: string }[] {
  const z = scale(1 / half, subtract(variable(name), constant(centre)));
  const P: Expression[] = [one, z];
  for (let n = 1; n < degree; n++)
    P.push(sum(scale((2 * n + 1) / (n + 1), product(z, P[n]!)), scale(-n / (n + 1), P[n - 1]!)));
  return P.slice(0, degree + 1).map((f, n) => ({ f, label: n === 0 ? "1" : `P${n}(${name})` }));
}
