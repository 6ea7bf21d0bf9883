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

/** Which library: monomials in all coordinates, or in those but the periodic ones, times the lowest waves in these. */
export type LibraryKind = "monomials" | "fourier";

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

/**
 * All monomials up to `degree` in `others`, alone, times every product of waves in the periodic coordinates, which come first, and times
 * each of `extra` (functions of the coordinates with the same periods). `units` as of monomials, of `others`.
 */
export function fourierLibrary(
  periodic: readonly PeriodicCoordinate[],
  others: readonly string[],
  degree: number,
  extra: readonly Expression[] = [],
  units?: Units,
): Library {
  const waves = periodic
    .map(fourierModes)
    .reduce<Expression[]>((left, list) => left.flatMap((a) => list.map((b) => product(a, b))), [one]);
  const library = monomialLibrary(others, degree, [...waves.slice(1), ...extra], units);
  return { ...library, coordinates: [...periodic.map(({ name }) => name), ...others], periodic: true };
}

/** 1, then cos and sin of every mode. */
function fourierModes({ name, length, modes }: PeriodicCoordinate): Expression[] {
  const waves = Array.from({ length: modes }, (_, i) =>
    (["cos", "sin"] as const).map((wave) => call(wave, scale((2 * Math.PI * (i + 1)) / length, variable(name)))),
  );
  return [one, ...waves.flat()];
}
