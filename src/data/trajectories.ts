/** Trajectories of a PDE on a uniform periodic grid in one or two space dimensions, with their layout. */
export interface Trajectories {
  /** [n, nt, components, nx] or [n, nt, components, nx, ny]; where the equation is of second order in time, its components and then their u_t. */
  readonly u: Float64Array;
  readonly n: number;
  readonly nt: number;
  readonly components: number; // of the state
  readonly nx: number;
  readonly x: Float64Array; // [nx], uniform
  readonly t: Float64Array; // [nt], increasing
  readonly length: number; // period in x
  readonly ny?: number; // these three where there are two space dimensions
  readonly y?: Float64Array; // [ny], uniform
  readonly lengthY?: number; // period in y
  readonly drawnFrom?: number; // how many trajectories a file had, of which memory holds these
}
