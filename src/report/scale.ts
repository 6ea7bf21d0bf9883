/** From data to pixels along one axis, with ticks at round numbers. */
import { numeral, power } from "./numeral.js";

export interface Scale {
  readonly domain: readonly [number, number];
  (value: number): number; // pixel
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  readonly minor: readonly number[]; // ticks without a label
}

/** The largest of 1, 1.5, 2, 3, 4, 5, 6, 8 × a power of ten that is at most `value` > 0. */
export function roundDown(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value));
  const mantissa = [8, 6, 5, 4, 3, 2, 1.5, 1].find((m) => m * ten <= value * (1 + 1e-12)) ?? 1;
  return Number((mantissa * ten).toPrecision(3));
}

/** Linear; `count` is about how many ticks. A domain of no width is widened. */
export function linear(domain: readonly [number, number], range: readonly [number, number], count = 5): Scale {
  const [lo, hi] = widened(domain);
  const at = (value: number): number => range[0] + ((value - lo) / (hi - lo)) * (range[1] - range[0]);
  return Object.assign(at, { domain: [lo, hi] as const, ticks: linearTicks(lo, hi, count), minor: [] });
}

/** Logarithmic, domain > 0, opened to at least a factor 2 on round numbers of the decade. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const margin = Math.max(1.2, (domain[1] / domain[0]) ** 0.05); // no mark sits on the frame
  const [lo, hi] = [domain[0] / margin, Math.max(domain[1] * margin, (2 * domain[0]) / margin)];
  const at = (value: number): number => range[0] + (Math.log(value / lo) / Math.log(hi / lo)) * (range[1] - range[0]);
  return Object.assign(at, { domain: [lo, hi] as const, ticks: logarithmicTicks(lo, hi), minor: minorTicks(lo, hi) });
}

function widened([lo, hi]: readonly [number, number]): [number, number] {
  if (hi > lo) return [lo, hi];
  const margin = Math.abs(lo) * 0.1 || 1;
  return [lo - margin, lo + margin];
}

function linearTicks(lo: number, hi: number, count: number): Scale["ticks"] {
  const rough = (hi - lo) / count;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 2.5, 5, 10].find((m) => m * ten >= rough * 0.8) ?? 10);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (Math.abs(step / ten - 2.5) < 0.01 ? 1 : 0));
  const ticks: { value: number; label: string }[] = [];
  for (let i = Math.ceil(lo / step - 1e-9); i <= hi / step + 1e-9; i++) {
    const value = i * step;
    const large = Math.abs(value) >= 1e5;
    ticks.push({
      value,
      label: large
        ? numeral(value, 3)
        : (value + 0)
            .toFixed(decimals)
            .replace(/^-(?=0\.?0*$)/, "")
            .replace("-", "−"),
    });
  }
  return ticks;
}

/** 2 to 9 of each decade, while they can be told apart. */
function minorTicks(lo: number, hi: number): number[] {
  if (hi / lo > 1e7) return [];
  const ticks = [];
  for (let e = Math.floor(Math.log10(lo)); e <= Math.log10(hi); e++)
    for (let m = 2; m < 10; m++) if (m * 10 ** e > lo && m * 10 ** e < hi) ticks.push(m * 10 ** e);
  return ticks;
}

function logarithmicTicks(lo: number, hi: number): Scale["ticks"] {
  const [from, to] = [Math.ceil(Math.log10(lo) - 1e-9), Math.floor(Math.log10(hi) + 1e-9)];
  const every = Math.max(1, Math.ceil((to - from) / 6)); // at most seven labels
  const decades = [];
  for (let e = from; e <= to; e++) if ((e - from) % every === 0) decades.push({ value: 10 ** e, label: power(e) });
  if (decades.length >= 2) return decades;
  const within = [];
  for (let e = from - 1; e <= to; e++)
    for (const m of [1, 2, 5]) {
      const value = Number((m * 10 ** e).toPrecision(3));
      if (value >= lo && value <= hi) within.push({ value, label: numeral(value, 1) });
    }
  return within;
}
