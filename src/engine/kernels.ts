/**
 * The kernel contract: leaf arithmetic that every engine offers and one conformance suite holds to account.
 *
 * Arrays are dense and row-major. Where both `Float32Array` and `Float64Array` are allowed, all arrays of one call have
 * one type and the arithmetic runs in it. Outputs belong to the caller; `…Into` means overwritten, `addTo…` means added.
 */
export type Real = Float32Array | Float64Array;

/**
 * One axis of a tensor-product uniform cubic B-spline.
 *
 * `periodic`: period `hi − lo`, `knots` control points, spacing h = (hi − lo)/knots; control point i sits at lo + i·h.
 * `open`: `knots ≥ 4` control points, h = (hi − lo)/(knots − 3); control point i sits at lo + (i − 1)·h, so the first and the
 * last lie one spacing outside. Beyond an end the value is the end's and the derivative along the axis zero.
 */
export interface Axis {
  readonly kind: "periodic" | "open";
  readonly lo: number;
  readonly hi: number;
  readonly knots: number;
}

/** A spline's shape: 1 to 3 axes (last axis fastest in the control array) and 1 to 4 components (`width`) per control point. */
export interface SplineShape {
  readonly axes: readonly Axis[];
  readonly width: number;
}

export interface FourierKernels {
  /** Real FFT of `rows` rows of even length n = 2^a 3^b 5^c: x [rows, n] → out [rows, n/2 + 1, 2], unscaled, e^{−i…}. */
  rfft(n: number, x: Float64Array, out: Float64Array): void;
  /** Its inverse, scaled by 1/n: X [rows, n/2 + 1, 2] → out [rows, n]; imaginary parts of modes 0 and n/2 are ignored. */
  irfft(n: number, X: Float64Array, out: Float64Array): void;
}

/** Coefficients of ETDRK4 for û_t = λ û + γ · FFT(u²); each a complex array [n/2 + 1, 2], already multiplied by the step. */
export interface Etdrk4Tables {
  readonly n: number;
  readonly E: Float64Array; // exp(hλ)
  readonly E2: Float64Array; // exp(hλ/2)
  readonly Q: Float64Array;
  readonly f1: Float64Array;
  readonly f2: Float64Array;
  readonly f3: Float64Array;
  readonly gamma: Float64Array; // multiplier of the transform of u²
}

/** Operations of the tape machine. The first four take registers a and b, `wholePower` register a and the exponent itself, `power` a register as exponent. */
export const tape = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  wholePower: 4, // |exponent| ≤ 64, by repeated squaring
  power: 5,
  sqrt: 6,
  exp: 7,
  log: 8,
  sin: 9,
  cos: 10,
  tanh: 11,
} as const;

/**
 * Straight-line code over registers, each one number per place: inputs first, then constants, then temporaries that may be written
 * again. Instructions are [op, into, a, b].
 */
export interface Program {
  readonly inputs: number;
  readonly constants: Float64Array; // in registers inputs, inputs + 1, …
  readonly registers: number; // all of them
  readonly code: Int32Array; // [instructions, 4]
  readonly outputs: Int32Array; // the register of each output at the end; may be an input or a constant
}

export interface TapeKernels {
  /** Runs a program at n places: inputs and `into` are one array [n] each. An output may not be one of the inputs. */
  evaluate(program: Program, inputs: readonly Float64Array[], into: readonly Float64Array[]): void;
}

export interface SolverKernels {
  /** `steps` ETDRK4 steps of spectra [rows, n/2 + 1, 2], in place; two rows share a vector, rows do not affect each other. */
  etdrk4(tables: Etdrk4Tables, spectra: Float64Array, steps: number): void;
}

export interface SplineKernels {
  /** Values at points [n, axes] → valueInto [n, width]. */
  splineValue(shape: SplineShape, control: Real, points: Real, valueInto: Real): void;
  /** Values and first derivatives: derivativeInto [n, axes, width] (derivative along axis a of component c). */
  splineJet(shape: SplineShape, control: Real, points: Real, valueInto: Real, derivativeInto: Real): void;
  /** Adjoint of `splineValue` in the control points: adds Σ_n (basis at n) · value cotangent [n, width]. */
  splinePullback(shape: SplineShape, points: Real, valueCotangent: Real, addToControl: Real): void;
  /** Adjoint of `splineJet` in the control points. */
  splineJetPullback(
    shape: SplineShape,
    points: Real,
    valueCotangent: Real,
    derivativeCotangent: Real,
    addToControl: Real,
  ): void;
}

/** Classical RK4 along ds from s = 0 through `stops` (each reached from the one before in `substeps[i]` equal steps). */
export interface FlowPlan {
  readonly shape: SplineShape; // width = number of axes
  readonly stops: Float64Array; // [m], monotone, not containing 0; negative for backward flow
  readonly substeps: Int32Array; // [m], each ≥ 1
}

export interface FlowKernels {
  /** dz/ds = v(z) from points [n, dim] → movedInto [m, n, dim]. Periodic coordinates are not wrapped. */
  flow(plan: FlowPlan, control: Real, points: Real, movedInto: Real): void;
  /**
   * Discrete adjoint of `flow`: adds to the control points, given the cotangent of the moved points [m, n, dim]; states are
   * recomputed from `points`. `addToPoints` (optional) receives the cotangent of the initial points.
   */
  flowPullback(
    plan: FlowPlan,
    control: Real,
    points: Real,
    movedCotangent: Real,
    addToControl: Real,
    addToPoints?: Real,
  ): void;
}

/**
 * A deformed grid: points [nt, nx, 2 + components] holding (x, t, u…) in physical units, x fastest.
 * With `period` > 0 the x index wraps and x grows by `period` (in x's unit) per turn; with 0 both ends are open.
 */
export interface GridShape {
  readonly nt: number;
  readonly nx: number;
  readonly components: number;
  readonly period: number;
  readonly order: number; // m, the highest x derivative, 1 to 4
  readonly halfWidth: 3 | 4; // central differences of order 2·halfWidth in the indices
}

/**
 * Rows of a jet [jetRows, nt, nx]. Row 0: the Jacobian J = x_i t_j − x_j t_i. Then m + 2 rows per component c, from row
 * 1 + c·(m + 2) on: u, u_t, u_x, …, ∂x^m u. Defined at margin `gridMargin` from open ends, zero nearer to them.
 */
export const jetRows = (grid: GridShape): number => 1 + grid.components * (grid.order + 2);

/** Points lost at each open end: every one of m applications of the chain rule costs a half-width. */
export const gridMargin = (grid: GridShape): number => grid.halfWidth * grid.order;

export interface GridKernels {
  /** Derivatives on the deformed grid by the chain rule in the indices, D_x f = (f_i t_j − f_j t_i)/J, D_t f = (x_i f_j − x_j f_i)/J. */
  gridJet(grid: GridShape, points: Float64Array, jetInto: Float64Array): void;
  /** Adjoint of `gridJet` (all rows, J included): adds to the cotangent of the points. */
  gridJetPullback(grid: GridShape, points: Float64Array, jetCotangent: Float64Array, addToPoints: Float64Array): void;
  /**
   * Residual of u_t = Σ terms at n places: returns [Σ m |u_t − Σ terms|, Σ m (|u_t| + Σ |terms|), Σ m]; terms [count, n], mask [n].
   */
  residual(ut: Float64Array, terms: Float64Array, mask: Float64Array): [residual: number, scale: number, cells: number];
  /** Adjoint of its first two results with weights a and b, written to utInto [n] and termsInto [count, n]. */
  residualPullback(
    ut: Float64Array,
    terms: Float64Array,
    mask: Float64Array,
    a: number,
    b: number,
    utInto: Float64Array,
    termsInto: Float64Array,
  ): void;
}

/**
 * What the weak-form tangent rows need of a batch of snapshots (scalar u, periodic x), besides the field's jets.
 * On each snapshot Q = Σ_c q_c v_c, D_t Q = Σ_c q_c (v_c,t + v_c,u rate) + r_c v_c, F′Q = Σ_k f_k ∂x^k Q.
 */
export interface SnapshotBatch {
  readonly nx: number;
  readonly dim: number; // width of the field's values
  readonly q: Float64Array; // [B, nx, dim]
  readonly r: Float64Array; // [B, nx, dim] = ∂_t of q along solutions
  readonly rate: Float64Array; // [B, nx] = du/dt in the coordinates in which v_c,u is taken
  readonly timeScale: number; // factor on v_c,t: d(t coordinate)/dt
  readonly orders: Int32Array; // [n] derivative orders k present in F
  readonly frechet: Float64Array; // [B, n, nx] = ∂F/∂u_k
  readonly wavenumber: number; // 2π/L: ∂x^k multiplies mode m by (i m · wavenumber)^k; the mode nx/2 is zero for odd k
  readonly weight: Float64Array; // [modes], weight of each tested mode 0…modes−1 in the sums; modes ≤ nx/2
}

export interface TangentKernels {
  /**
   * Weighted sums over tested modes, [Σ w|R̂|², Σ w|D̂|², Σ w|P̂|²], D = D_t Q, P = F′Q, R = D − P; each mode m > 0 counts twice (±m), and
   * transforms are scaled by 1/nx so that a sum over all modes with w = 1 is the mean square over x, summed over the batch.
   * `value` [B, nx, dim]; `alongT`, `alongU` [B, nx, dim] are ∂v/∂t and ∂v/∂u in the field's coordinates.
   */
  tangentRows(
    batch: SnapshotBatch,
    value: Float64Array,
    alongT: Float64Array,
    alongU: Float64Array,
  ): [number, number, number];
  /** Adjoint of `tangentRows` with one weight per sum; overwrites the three cotangents [B, nx, dim]. */
  tangentRowsPullback(
    batch: SnapshotBatch,
    value: Float64Array,
    alongT: Float64Array,
    alongU: Float64Array,
    weights: readonly [number, number, number],
    valueInto: Float64Array,
    alongTInto: Float64Array,
    alongUInto: Float64Array,
  ): void;
}

export interface ProductKernels {
  /** C = A Bᵀ: a [m, k], b [n, k] → cInto [m, n], the inner products of rows, f64 throughout; 2·m·n·k operations. */
  productTransposed(m: number, n: number, k: number, a: Float64Array, b: Float64Array, cInto: Float64Array): void;
}

/** The size of every image of a batch. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface WarpKernels {
  /**
   * Images [n, height, width, channels] sampled bilinearly at coordinates [maps, places, 2] → warpedInto [n, places, channels]. Maps: one for
   * all images, or one for each. A coordinate counts pixels, x along the width, y along the height; (0, 0) is the middle of the
   * first. Beyond the outermost middles the image goes on as it is there; where a coordinate is NaN so is the sample.
   */
  warp(size: ImageSize, images: Real, coordinates: Real, warpedInto: Real): void;
  /**
   * Adjoint of `warp`: adds to the coordinates, and with `addToImages` to the images, given the cotangent of the samples. On a pixel's
   * middle the slope is that to the next pixel, beyond the outermost middles zero.
   */
  warpPullback(
    size: ImageSize,
    images: Real,
    coordinates: Real,
    warpedCotangent: Real,
    addToCoordinates: Real,
    addToImages?: Real,
  ): void;
}

/** u between the places of a grid: periodic in x, one row for each output in t, by local polynomials in both. */
export interface Surface {
  readonly rows: Float64Array; // [nt, nx]
  readonly nx: number; // at least SURFACE_POINTS
  readonly x0: number; // of the first column
  readonly length: number; // period in x
  readonly t0: number; // of the first row
  readonly step: number; // unit of `times`
  readonly times: Float64Array; // [nt], (t − t0)/step, increasing
  readonly pointsT: number; // rows of a local polynomial: 2 to 12, nt at most
  readonly weights: Float64Array; // [nt − pointsT + 1, pointsT], of the first row: 1/Π_k (times_j − times_k)
}

/** Columns of a local polynomial. */
export const SURFACE_POINTS = 12;

/** What is asked of each place, and when it counts as answered. */
export interface PassageRequest {
  readonly shape: SplineShape; // of D: axes x, t, u and three components
  readonly control: Float64Array;
  readonly precision: number; // a step in w as short as this is the last: what is left is of the order of its square
  readonly longest: number; // step in u
  readonly upright: number; // least dg/dw that is trusted
  readonly rounds: number;
}

export interface PassageKernels {
  /**
   * Newton's method for the w at which g(w) = w + D_u − u(x + D_x, t + D_t) vanishes, D = D(x, t, w): where a graph that was moved passes over
   * (x, t), D being the displacement back on to the graph of u. Places [n, 2]; `w` [n] holds first guesses and then what was found;
   * `time` [n] is t + D_t there; `solved` [n] is 1 where steps became short enough, dg/dw ≥ upright and w is within the spline's last axis, else 0.
   */
  passage(
    surface: Surface,
    request: PassageRequest,
    places: Float64Array,
    w: Float64Array,
    time: Float64Array,
    solved: Uint8Array,
  ): void;
}

export interface Kernels
  extends FourierKernels,
    SolverKernels,
    TapeKernels,
    SplineKernels,
    FlowKernels,
    GridKernels,
    TangentKernels,
    PassageKernels,
    ProductKernels,
    WarpKernels {
  readonly engine: "oracle" | "simd" | "relaxed";
  /** Bytes of linear memory held (0 for the oracle). */
  readonly bytes: () => number;
}
