/** Whether functions repeat themselves along a coordinate, which the Fourier library and its tests take for granted. */
import type { Stream } from "../engine/random.js";
import { type Expression, evaluate, variables } from "../expression/expression.js";
import type { Units } from "./library.js";

const LOOKED = 64; // places
const SAME = 1e-9; // relative: rounding of a phase moved on by 2π is 1e-15

/**
 * Looked at, not proven: at random places, coordinates within the data's range, all other variables standard normal, both values where they
 * are finite.
 */
export function repeats(
  e: Expression,
  along: string,
  period: number,
  coordinates: readonly string[],
  { offset, scale }: Units,
  draw: Stream,
): boolean {
  const names = variables(e);
  if (!names.includes(along)) return true;
  return Array.from({ length: LOOKED }, () => {
    const place = new Map(
      names.map((name) => {
        const a = coordinates.indexOf(name);
        return [name, a < 0 ? draw.normal() : offset[a]! + scale[a]! * draw.uniform()];
      }),
    );
    const here = evaluate(e, (name) => place.get(name)!);
    const there = evaluate(e, (name) => place.get(name)! + (name === along ? period : 0));
    return !(Math.abs(here - there) > SAME * (Math.abs(here) + Math.abs(there)));
  }).every((same) => same);
}
