/** Trajectories of a PDE on a uniform periodic grid, with their layout. */
export interface Trajectories {
  readonly u: Float64Array; // [n, nt, components, nx]
  readonly n: number;
  readonly nt: number;
  readonly components: number;
  readonly nx: number;
  readonly x: Float64Array; // [nx], uniform
  readonly t: Float64Array; // [nt], increasing
  readonly length: number; // period in x
}
