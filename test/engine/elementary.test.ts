import { describe, expect, test } from "@jest/globals";
import { cos, exp, log, roughPower, sin, wholePower } from "../../src/engine/elementary.js";
import { stream } from "../../src/engine/random.js";

const { uniform } = stream(1, "elementary");
const between = (lo: number, hi: number, count = 50_000): number[] =>
  Array.from({ length: count }, () => lo + (hi - lo) * uniform());

const LEAST = 2 ** -1022; // the least normal number
const ulp = (x: number): number => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), LEAST))) - 52);

/** The largest difference from the runtime's own, in units of the last place. */
function apart(mine: (x: number) => number, theirs: (x: number) => number, at: readonly number[]): number {
  return at.reduce((worst, x) => Math.max(worst, Math.abs(mine(x) - theirs(x)) / ulp(theirs(x))), 0);
}

/** FNV-1a over the bytes. */
function hash(values: readonly number[]): number {
  let h = 0x811c9dc5;
  for (const byte of new Uint8Array(Float64Array.from(values).buffer)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

describe("beside the runtime's own", () => {
  // Each of both is within 1 unit of the last place, so their difference is 1 or, where they lie on either side, 2.
  test.each<[string, (x: number) => number, (x: number) => number, number[]]>([
    ["sin", sin, Math.sin, between(-20, 20)],
    ["sin far out", sin, Math.sin, between(-1.6e6, 1.6e6)],
    [
      "sin at quarter turns, where all digits cancel",
      sin,
      Math.sin,
      between(-2000, 2000).map((k) => Math.round(k) * (Math.PI / 2)),
    ],
    ["cos", cos, Math.cos, between(-20, 20)],
    ["cos at quarter turns", cos, Math.cos, between(-2000, 2000).map((k) => Math.round(k) * (Math.PI / 2))],
    ["sin beyond 2^20 quarter turns", sin, Math.sin, between(2e6, 1e15, 100)],
    ["exp", exp, Math.exp, between(-20, 20)],
    ["exp down to the smallest numbers", exp, Math.exp, between(-745, 709)],
    ["log", log, Math.log, between(1e-6, 4)],
    ["log near 1", log, Math.log, between(1 - 1e-6, 1 + 1e-6)],
    ["log of the smallest numbers", log, Math.log, between(0, 1e-308)],
    ["log of the largest", log, Math.log, between(1e300, 1.7e308)],
  ])("%s differs by at most 2 units of the last place", (_, mine, theirs, at) => {
    expect(apart(mine, theirs, at)).toBeLessThanOrEqual(2);
  });
  test("a power by its logarithm is off by about its exponent of e", () => {
    const off = between(1e-6, 1e6).map((x) => Math.abs(roughPower(x, -0.2) / x ** -0.2 - 1));
    expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThan(4 * Number.EPSILON); // |0.2 log x| < 3
  });
});

test("at the ends and beyond", () => {
  const at = [0, -0, 1, Number.NaN, Infinity, -Infinity, 5e-324, -745.2, 710];
  expect(at.map(exp)).toEqual([1, 1, exp(1), NaN, Infinity, 0, 1, 0, Infinity]);
  expect(at.map(log)).toEqual([-Infinity, -Infinity, 0, NaN, Infinity, NaN, Math.log(5e-324), NaN, log(710)]);
  expect(at.map(sin).slice(0, 7)).toEqual([0, -0, sin(1), NaN, NaN, NaN, 5e-324]);
  expect(at.map(cos).slice(0, 7)).toEqual([1, 1, cos(1), NaN, NaN, NaN, 1]);
  expect([wholePower(3, 4), wholePower(2, -2), wholePower(0, 0), wholePower(-1, 2 ** 40 + 1)]).toEqual([
    81, 0.25, 1, -1,
  ]);
});

/** Also what Deno 2.9, V8 15, gives: `test/runtime` holds whole runs to it. */
test("every bit is as it was", () => {
  const at = Array.from({ length: 10_000 }, (_, i) => (i * 40_503) % 65_537).map((i) => i / 4096);
  expect({ sin: hash(at.map(sin)), cos: hash(at.map(cos)), exp: hash(at.map(exp)), log: hash(at.map(log)) }).toEqual({
    sin: 3676254301,
    cos: 3023823295,
    exp: 306552416,
    log: 619577442,
  });
});
