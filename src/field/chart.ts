/** The affine map between physical coordinates (x, t, u…) and normalised ones. */
export interface Chart {
  readonly names: readonly string[]; // ["x", "t", "u"]
  readonly offset: Float64Array; // [dim], physical value at normalised 0
  readonly scale: Float64Array; // [dim], physical length of one normalised unit
}
