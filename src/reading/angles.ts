/**
 * Principal angles between two spans of fields, given by their values over the data, and the Grassmann distance.
 * Small angles come from sines, so that 1e-8 is resolved (Knyazev & Argentati 2002).
 */

import { Matrix, SVD } from "ml-matrix";
import { sin } from "../engine/elementary.js";

export interface Angles {
  readonly radians: readonly number[]; // min(k, d) of them, increasing
  readonly grassmann: number; // sqrt(Σ θ²), with π/2 for each dimension one span lacks
}

/** `a` and `b`: k and d arrays of one length, linearly independent. */
export function principalAngles(a: readonly Float64Array[], b: readonly Float64Array[]): Angles {
  const [large, small] = a.length >= b.length ? [a, b] : [b, a];
  const missing = large.length - small.length;
  if (small.length === 0) return { radians: [], grassmann: Math.sqrt(missing) * (Math.PI / 2) };
  const basis = orthonormal(large);
  const probe = orthonormal(small);
  const cosines = new Matrix(probe.map((p) => basis.map((e) => dot(e, p))));
  const remainders = probe.map((p, row) => {
    const rest = Float64Array.from(p);
    basis.forEach((e, column) => {
      const c = cosines.get(row, column);
      for (let i = 0; i < rest.length; i++) rest[i]! -= c * e[i]!;
    });
    return rest;
  });
  const sines = new Matrix(triangle(remainders));
  const along = new SVD(cosines, { autoTranspose: true }).diagonal; // decreasing
  const apart = new SVD(sines).diagonal.slice().reverse(); // increasing
  const radians = apart.map((sine, i) => Math.atan2(sine, along[i]!));
  return { radians, grassmann: Math.sqrt(radians.reduce((sum, r) => sum + r * r, missing * (Math.PI / 2) ** 2)) };
}

/** Which of the vectors, in order, stand more than `angle` (radians) out of the span of those taken before. */
export function independent(vectors: readonly Float64Array[], angle: number): number[] {
  const taken: number[] = [];
  const basis: Float64Array[] = [];
  vectors.forEach((vector, index) => {
    const last = orthonormal([...basis, vector]).at(-1)!;
    const sine = Math.abs(dot(last, vector)) / Math.sqrt(dot(vector, vector)); // the share that is new
    if (!(sine > sin(angle))) return;
    basis.push(last);
    taken.push(index);
  });
  return taken;
}

/** Orthonormal basis of the span by Gram–Schmidt, each vector twice. */
export function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const own = Float64Array.from(vector);
    for (let round = 0; round < 2; round++) {
      for (const e of basis) {
        const c = dot(e, own);
        for (let i = 0; i < own.length; i++) own[i]! -= c * e[i]!;
      }
    }
    const norm = Math.sqrt(dot(own, own));
    basis.push(own.map((v) => v / norm));
  }
  return basis;
}

/** A k × k matrix with the singular values of the k given rows: their coordinates in an orthonormal basis of their own. */
function triangle(rows: readonly Float64Array[]): number[][] {
  const basis: Float64Array[] = [];
  const out: number[][] = [];
  for (const row of rows) {
    const own = Float64Array.from(row);
    const coordinates = new Array<number>(rows.length).fill(0);
    for (let round = 0; round < 2; round++) {
      basis.forEach((e, i) => {
        const c = dot(e, own);
        coordinates[i]! += c;
        for (let j = 0; j < own.length; j++) own[j]! -= c * e[j]!;
      });
    }
    const norm = Math.sqrt(dot(own, own));
    coordinates[basis.length] = norm;
    basis.push(norm > 0 ? own.map((v) => v / norm) : own);
    out.push(coordinates);
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
