/** Numbers recognised as fractions: when a measured coefficient may be called 2/3. */
export interface Rational {
  readonly numerator: number; // carries the sign
  readonly denominator: number; // positive, coprime to it
}

/** Bounds of recognition. */
export const rationalDefaults = {
  largest: 1000, // denominator
  chance: 0.1, // largest denominator² × half-width of the window: a random number passes about as often
  digit: 2, // times as much for whole numbers of one digit, which are expected anyway
};

/** Window of recognition, in standard errors, and what rounding adds to it. */
const ERRORS = 3;
const ROUNDING = 1e-9;

/**
 * The simplest fraction within three standard errors of a value, if it means anything: the share of numbers that have a fraction with
 * denominator ≤ q within δ is about 0.6 q² δ, so q² δ must be small. Null otherwise.
 */
export function recognise(value: number, standardError: number, options = rationalDefaults): Rational | null {
  const half = ERRORS * standardError + ROUNDING * Math.max(1, Math.abs(value));
  if (!(half < 0.5) || !Number.isFinite(value)) return null;
  const found = simplest(value - half, value + half);
  const { numerator, denominator } = found;
  if (denominator > options.largest) return null;
  const expected = denominator === 1 && Math.abs(numerator) <= 9 ? options.digit : 1;
  return denominator * denominator * half <= options.chance * expected ? found : null;
}

/** The fraction with the smallest denominator in [lo, hi], by continued fractions (Graham, Knuth & Patashnik 1994, section 4.5). */
export function simplest(lo: number, hi: number): Rational {
  if (lo <= 0 && hi >= 0) return { numerator: 0, denominator: 1 };
  if (hi < 0) {
    const { numerator, denominator } = simplest(-hi, -lo);
    return { numerator: -numerator, denominator };
  }
  const whole = Math.ceil(lo);
  if (whole <= hi) return { numerator: whole, denominator: 1 };
  const floor = whole - 1;
  const rest = simplest(1 / (hi - floor), 1 / (lo - floor));
  return { numerator: floor * rest.numerator + rest.denominator, denominator: rest.numerator };
}

export const ratioOf = ({ numerator, denominator }: Rational): number => numerator / denominator;

/** "3", "-2/3". */
export const rationalText = ({ numerator, denominator }: Rational): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;

/** Greatest common divisor of whole numbers, not all zero. */
export const divisor = (...numbers: readonly number[]): number =>
  numbers.reduce((a, b) => {
    let [p, q] = [Math.abs(a), Math.abs(b)];
    while (q > 0) [p, q] = [q, p % q];
    return p;
  }, 0);

/**
 * Fractions as coprime whole numbers in the same ratios, and the factor that takes the fractions to them. Null where they are too large
 * to mean anything.
 */
export function coprime(fractions: readonly Rational[], largest = 1e7): { whole: number[]; factor: number } | null {
  let common = 1;
  for (const { denominator } of fractions) {
    common = (common / divisor(common, denominator)) * denominator;
    if (common > largest) return null;
  }
  const raised = fractions.map(({ numerator, denominator }) => numerator * (common / denominator));
  const shared = divisor(...raised) || 1;
  const whole = raised.map((n) => n / shared);
  return whole.some((n) => Math.abs(n) > largest) ? null : { whole, factor: common / shared };
}
