/**
 * Elementary functions with the same bits in every runtime. The language leaves the last bit of `Math.sin` and its like to the engine, V8's
 * has changed, and a run of some hundred steps grows one bit into another formula. These add, multiply, divide and take square roots,
 * which IEEE 754 fixes, and are within 1 unit of the last place.
 *
 * After fdlibm (Sun Microsystems, 1993; permission to use, copy, modify and distribute is granted with this notice).
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const HIGH = new Uint8Array(Float64Array.of(-0).buffer)[7] === 0x80 ? 1 : 0; // the word with sign and exponent

/** 2^k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  words[1 - HIGH] = 0;
  words[HIGH] = (k + 1023) << 20;
  return double[0]!;
}

const LN2_HIGH = 0.6931471803691238; // 33 bits: whole multiples up to 2^20 are exact
const LN2_LOW = 1.9082149292705877e-10;

/** e^x: x = k ln 2 + r, |r| ≤ ln 2 / 2, and r (e^r + 1)/(e^r − 1) as a polynomial in r². */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x; // NaN
  if (x < -745.2) return 0;
  const k = Math.round(x / Math.LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  const half = k >> 1; // in two: 2^1024 is no number, and the smallest results are rounded once
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** The natural logarithm: x = 2^k (1 + f), √½ ≤ 1 + f < √2, and log(1 + f) by s = f/(2 + f). */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  const small = x < 2.2250738585072014e-308; // subnormal
  double[0] = small ? x * 2 ** 54 : x;
  const top = words[HIGH]! + (0x3ff00000 - 0x3fe6a09e); // moves the cut from 1 to √½
  const k = (top >> 20) - 1023 - (small ? 54 : 0);
  words[HIGH] = (top & 0xfffff) + 0x3fe6a09e;
  const f = double[0]! - 1;
  const square = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (square + (odd + even)) + k * LN2_LOW - square + f + k * LN2_HIGH;
}

/** sin of y + low, |y| ≤ π/4. */
function sine(y: number, low: number): number {
  const z = y * y;
  const w = z * z;
  const r =
    0.00833333333332249 +
    z * (-1.984126982985795e-4 + z * 2.7557313707070068e-6) +
    z * w * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const v = z * y;
  return y - (z * (0.5 * low - v * r) - low + v * 0.16666666666666632);
}

/** cos of y + low, |y| ≤ π/4. */
function cosine(y: number, low: number): number {
  const z = y * y;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 2.480158728947673e-5)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const rest = 1 - half;
  return rest + (1 - rest - half + (z * r - y * low));
}

/**
 * π/2 in three parts of 33 bits, each with what is left beyond it, and the share of x below which so few bits are left that the next part is
 * needed (Cody & Waite 1980).
 */
const QUARTER = [
  [1.5707963267341256, 6.077100506506192e-11, 2 ** -16],
  [6.077100506303966e-11, 2.0222662487959506e-21, 2 ** -49],
  [2.0222662487111665e-21, 8.4784276603689e-32, 0],
] as const;
const FAR = 2 ** 20; // quarter turns: so far their products with the parts are exact

/** The sine of x + `quarters` quarter turns; beyond 2^20 quarter turns null. */
function turned(x: number, quarters: number): number | null {
  const n = Math.round(x / (Math.PI / 2));
  if (!(Math.abs(n) <= FAR)) return null;
  let rest = x;
  let beyond = 0;
  for (const [part, remainder, share] of QUARTER) {
    const before = rest;
    rest = before - n * part;
    beyond = n * remainder - (before - rest - n * part);
    if (Math.abs(rest - beyond) > share * Math.abs(x)) break;
  }
  const y = rest - beyond;
  const low = rest - y - beyond;
  const all = n + quarters;
  const value = all & 1 ? cosine(y, low) : sine(y, low);
  return all & 2 ? -value : value;
}

/** Beyond 2^20 quarter turns the runtime's own. */
export const sin = (x: number): number => (x === 0 ? x : (turned(x, 0) ?? Math.sin(x)));

/** Beyond 2^20 quarter turns the runtime's own. */
export const cos = (x: number): number => turned(x, 1) ?? Math.cos(x);

/** base^exponent for a whole exponent, by repeated squaring from the lowest bit: every engine multiplies in this order. */
export function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

/** base^exponent, base > 0; where the exponent is not whole to |exponent · log base| units of the last place: for step lengths and schedules. */
export const roughPower = (base: number, exponent: number): number =>
  Number.isInteger(exponent) ? wholePower(base, exponent) : exp(exponent * log(base));
