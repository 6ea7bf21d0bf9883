/**
 * The cases that every runtime runs: named numbers to compare with those of another. Plain ESM that imports nothing, so that a page, a
 * worker or a server can load it as it stands.
 */

/**
 * Numbers by name: `<kernel>.bits` is a hash that changes with any bit of the results, `.sum` and `.0` … `.3` are for looking at.
 * `learn.seconds` and `full.seconds` are the only ones that differ from run to run. About 4 s; with `full` about 15.
 *
 * @param liefield the package's exports
 * @param adapter the runtime's
 * @param {{
 *   kernels?: object, // default: a fresh SIMD engine
 *   learn?: object, // options for every learn, such as a backend, workers or compiled modules
 *   simulate?: object, // likewise for simulate
 *   parts?: readonly ("elementary" | "kernels" | "simulate" | "library" | "learn" | "full")[], // default: all but "full"
 *   full?: boolean, // "full" too: the whole of learn kdv --seed 1
 * }} options
 */
export async function conformance(liefield, adapter, options = {}) {
  const run = { simulate: options.simulate ?? {}, learn: options.learn ?? {} };
  const parts = new Set(options.parts ?? ["elementary", "kernels", "simulate", "library", "learn"]);
  if (options.full) parts.add("full");
  const out = {};
  if (parts.has("elementary")) elementary(out);
  if (parts.has("kernels")) kernelGroups(out, options.kernels ?? (await liefield.simdKernels()), liefield);
  if (parts.has("simulate")) await simulation(out, liefield, adapter, run.simulate);
  if (parts.has("library")) await byLibrary(out, liefield, adapter, run.learn);
  if (parts.has("learn")) await shortly(out, liefield, adapter, run.learn);
  if (parts.has("full")) await wholly(out, liefield, adapter, run.learn);
  return out;
}

/** Where kernels may differ without any fault of theirs: the language leaves the last bit of these to the engine. */
function elementary(out) {
  const noise = numbers(1);
  const at = noise(4096);
  for (const name of ["sin", "cos", "exp", "log", "tanh"])
    put(
      out,
      `Math.${name}`,
      at.map((x) => Math[name](8 * Math.abs(x))),
    );
  put(
    out,
    "Math.pow",
    at.map((x, i) => (1 + Math.abs(x)) ** (i % 7)),
  );
}

function kernelGroups(out, kernels, { formulaField, parse }) {
  out.engine = kernels.engine;
  for (const n of [60, 256]) {
    const x = numbers(n)(3 * n);
    const X = new Float64Array(3 * (n + 2));
    kernels.rfft(n, x, X);
    put(out, `rfft ${n}`, X);
    const back = new Float64Array(x.length);
    kernels.irfft(n, X, back);
    put(out, `irfft ${n}`, back);
  }
  solver(out, kernels);
  for (const Real of [Float64Array, Float32Array]) {
    splines(out, kernels, Real);
    flows(out, kernels, Real);
  }
  grids(out, kernels);
  tangent(out, kernels);

  const names = ["x", "t", "u"];
  const points = numbers(7)(3 * 1000).map((z) => 1 + z / 2);
  const texts = [
    "x*t - u/x + x^3 - 2*t^(-2)",
    "exp(x) + log(t) + sqrt(u) + tanh(x*u)",
    "sin(5*x) + cos(20*t) + u^1.5 + x^0.3 + x^70",
  ];
  const components = texts.map((text) => parse(text));
  components.forEach((e, c) => {
    const field = formulaField(
      kernels,
      names,
      names.map((_, b) => (b === 0 ? e : parse("x"))),
    );
    const value = field.value(points).filter((_, i) => i % 3 === 0);
    put(out, `evaluate ${["arithmetic", "exponential", "trigonometric"][c]}`, value);
  });

  const [m, n, k] = [13, 9, 301];
  const product = new Float64Array(m * n);
  kernels.productTransposed(m, n, k, numbers(8)(m * k), numbers(9)(n * k), product);
  put(out, "productTransposed", product);
}

function solver(out, kernels) {
  const n = 96;
  const noise = numbers(2);
  const table = (scale) => noise(n + 2).map((z) => scale * z);
  const tables = {
    n,
    E: table(0.7),
    E2: table(0.8),
    Q: table(0.01),
    f1: table(0.01),
    f2: table(0.01),
    f3: table(0.01),
    gamma: table(0.1),
  };
  const spectra = noise(3 * (n + 2));
  kernels.etdrk4(tables, spectra, 5);
  put(out, "etdrk4", spectra);
}

const axes = [
  { kind: "periodic", lo: 0, hi: 1, knots: 12 },
  { kind: "open", lo: -1.25, hi: 1.25, knots: 8 },
  { kind: "open", lo: -2, hi: 2, knots: 8 },
];
const shape = { axes, width: 3 };
const KNOTS = 12 * 8 * 8 * 3;

function splines(out, kernels, Real) {
  const noise = numbers(3);
  const n = 1001;
  const name = (what) => `${what} ${Real === Float32Array ? "f32" : "f64"}`;
  const control = Real.from(noise(KNOTS));
  const points = Real.from(noise(3 * n), (z) => 1.5 * z); // beyond the open ends too
  const value = new Real(3 * n);
  const derivative = new Real(9 * n);
  kernels.splineValue(shape, control, points, value);
  put(out, name("splineValue"), value);
  kernels.splineJet(shape, control, points, value, derivative);
  put(out, name("splineJet"), derivative);
  const adjoint = new Real(KNOTS);
  kernels.splinePullback(shape, points, value, adjoint);
  put(out, name("splinePullback"), adjoint);
  kernels.splineJetPullback(shape, points, value, derivative, adjoint);
  put(out, name("splineJetPullback"), adjoint);
}

function flows(out, kernels, Real) {
  const noise = numbers(4);
  const n = 501;
  const name = (what) => `${what} ${Real === Float32Array ? "f32" : "f64"}`;
  const plan = { shape, stops: Float64Array.of(0.25, 0.5, 1), substeps: Int32Array.of(2, 2, 3) };
  const control = Real.from(noise(KNOTS), (z) => z / 2);
  const points = Real.from(noise(3 * n));
  const moved = new Real(3 * 3 * n);
  kernels.flow(plan, control, points, moved);
  put(out, name("flow"), moved);
  const adjoint = new Real(KNOTS);
  const ofPoints = new Real(points.length);
  kernels.flowPullback(plan, control, points, moved, adjoint, ofPoints);
  put(out, name("flowPullback"), adjoint);
  put(out, name("flowPullback points"), ofPoints);
}

function grids(out, kernels) {
  const noise = numbers(5);
  const [nt, nx] = [40, 64];
  const grid = { nt, nx, components: 1, period: 1, order: 3, halfWidth: 3 };
  const bent = noise(nt * nx);
  const points = new Float64Array(nt * nx * 3);
  for (let j = 0; j < nt; j++)
    for (let i = 0; i < nx; i++) {
      const x = i / nx;
      const s = x * (1 - x);
      points.set([x + bent[j * nx + i] / (8 * nx), j / nt + s / 64, 16 * s * s - s + j / nt], 3 * (j * nx + i));
    }
  const rows = 6; // J, u, u_t, u_x, u_xx, u_xxx
  const jet = new Float64Array(rows * nt * nx);
  kernels.gridJet(grid, points, jet);
  put(out, "gridJet", jet);
  const ofPoints = new Float64Array(points.length);
  kernels.gridJetPullback(grid, points, noise(jet.length), ofPoints);
  put(out, "gridJetPullback", ofPoints);

  const n = nt * nx;
  const row = (r) => jet.subarray(r * n, (r + 1) * n);
  const terms = new Float64Array(2 * n);
  terms.set(row(3));
  terms.set(row(5), n);
  const mask = bent.map((z) => (z > -0.5 ? 1 : 0));
  put(out, "residual", kernels.residual(row(2), terms, mask));
  const ofUt = new Float64Array(n);
  const ofTerms = new Float64Array(2 * n);
  kernels.residualPullback(row(2), terms, mask, 0.75, -0.25, ofUt, ofTerms);
  put(out, "residualPullback", [...ofUt, ...ofTerms]);
}

function tangent(out, kernels) {
  const noise = numbers(6);
  const [B, nx, dim, modes] = [3, 64, 3, 20];
  const many = B * nx * dim;
  const orders = Int32Array.of(0, 1, 3);
  const batch = {
    nx,
    dim,
    q: noise(many),
    r: noise(many),
    rate: noise(B * nx),
    timeScale: 1.75,
    orders,
    frechet: noise(B * orders.length * nx),
    wavenumber: 0.3125,
    weight: noise(modes).map(Math.abs),
  };
  const v = [noise(many), noise(many), noise(many)];
  put(out, "tangentRows", kernels.tangentRows(batch, ...v));
  const into = v.map(() => new Float64Array(many));
  kernels.tangentRowsPullback(batch, ...v, [0.75, -0.25, 1.25], ...into);
  put(
    out,
    "tangentRowsPullback",
    into.flatMap((part) => [...part]),
  );
}

async function simulation(out, { simulate }, adapter, options) {
  const { u, x, t } = await simulate({ task: "kdv", seed: 1, trajectories: 3, ...options }, adapter);
  put(out, "simulate x", x);
  put(out, "simulate t", t);
  put(out, "simulate u", u);
}

async function byLibrary(out, { learn }, adapter, options) {
  const { record } = await learn({ task: "kdv", seed: 1, method: "library", ...options }, adapter);
  out["library.count"] = record.count;
  out["library.formulas"] = record.formulas.map((formula) => formula.reads);
  out["library.gap"] = record.gap;
  out["library.spectrum"] = [...record.spectrum];
}

async function shortly(out, { learn }, adapter, options) {
  const start = adapter.now();
  const { record, splines } = await learn(
    { task: "kdv", seed: 1, steps: 40, trajectories: 4, certificate: { controls: 2, stops: [0.2] }, ...options },
    adapter,
  );
  out["learn.count"] = record.count;
  out["learn.engine"] = `${record.engine.network} ${record.engine.kernels}`;
  out["learn.tangent"] = record.generators.map(({ tangent }) => tangent);
  out["learn.flow"] = record.generators.map(({ flow }) => flow[0].score);
  put(out, "learn.control", splines.control);
  out["learn.seconds"] = adapter.now() - start;
}

async function wholly(out, { learn }, adapter, options) {
  const start = adapter.now();
  const { record } = await learn({ task: "kdv", seed: 1, ...options }, adapter);
  out["full.count"] = record.count;
  out["full.countIs"] = record.countIs;
  out["full.engine"] = `${record.engine.network} ${record.engine.kernels}`;
  out["full.formulas"] = record.formulas.map((formula) => formula.reads);
  out["full.angles"] = [...record.truth.principalAnglesDegrees];
  out["full.tangent"] = record.generators.map(({ tangent }) => tangent);
  out["full.seconds"] = adapter.now() - start;
}

/** A stream of numbers in [−1, 1) by Marsaglia's xorshift (2003): exact, so that no runtime's arithmetic is in the input. */
function numbers(seed) {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return (count) =>
    Float64Array.from({ length: count }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state / 2 ** 31;
    });
}

/** FNV-1a (Fowler, Noll, Vo) over the bytes, the sum in order, and four of the numbers. */
function put(out, name, values) {
  const array = Float64Array.from(values);
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(array.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  out[`${name}.bits`] = hash >>> 0;
  out[`${name}.sum`] = array.reduce((sum, value) => sum + value, 0);
  const n = array.length;
  for (let i = 0; i < 4; i++) out[`${name}.${i}`] = array[Math.floor((i * (n - 1)) / 3)];
}
