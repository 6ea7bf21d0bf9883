/**
 * Known generators of the built-in equations within fields periodic in x: the answer sheet. Only the certificate's comparison and the
 * report read it; learning never does (test/layers.test.ts).
 */

/** A generator in physical coordinates: (x, t, u) → (ξ, τ, φ). */
export interface Known {
  readonly text: string;
  readonly at: (x: number, t: number, u: number) => readonly [number, number, number];
}

const translationX: Known = { text: "∂x", at: () => [1, 0, 0] };
const translationT: Known = { text: "∂t", at: () => [0, 1, 0] };
const boost: Known = { text: "t ∂x + ∂u", at: (_, t) => [t, 0, 1] }; // Galilean: every equation whose only u is in u_t + u u_x

const table: Readonly<Record<string, readonly Known[]>> = {
  kdv: [translationX, translationT, boost], // Olver (1993), example 2.44, without the scaling, which is not periodic
  ks: [translationX, translationT, boost],
  burgers: [translationX, translationT, boost], // Olver (1993), example 2.42 in its periodic part
};

/** The known periodic generators of an equation, or null where none are on file. */
export const knownGenerators = (equation: string): readonly Known[] | null => table[equation] ?? null;
