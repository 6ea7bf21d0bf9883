/**
 * What WebGPU must do in every runtime, as JSON. `parts` are the built modules and tfjs itself, handed in, so that a bundle and a file look
 * alike: { tf, chooseBackend, describeBackends, FieldNetwork, chooseArithmetic, OperatorNetwork, stream, registerGradients, learn, adapter,
 * options }; `options` are those of chooseBackend.
 */
export async function cases(parts, { full = 0 } = {}) {
  const { tf, chooseBackend, describeBackends, options, adapter } = parts;
  const counts = counting();
  const said = { runtime: adapter.runtime };
  said.wasm = (await chooseBackend("wasm", options)).engine;
  const small = await onWasm(parts, { ...SMALL, steps: 10 });
  const operator = await operatorOnWasm(parts);
  const large = full > 0 ? await onWasm(parts, { ...FULL, steps: full }) : null;

  const backend = await chooseBackend("webgpu", options);
  said.gpu = { name: backend.gpu.name, software: backend.gpu.software };
  said.current = tf.getBackend();
  const synchronous = watch(tf.backend());
  said.small = await agreement(parts, small);
  if (large) said.full = await agreement(parts, large);
  said.operator = await operatorAgreement(parts, operator);
  said.fall = await fall(parts);
  said.second = await secondDerivatives(parts);
  said.left = await leavesNothing(parts);
  said.synchronous = synchronous();
  said.counts = { ...counts };

  said.auto = await chooseBackend("auto", options).then(({ engine, passedOver }) => ({ engine, passedOver }));
  said.described = await describeBackends(options);
  said.lost = await lostRun(parts, () => {});
  said.hung = await lostRun(parts, hang);
  said.afterwards = await restarted(parts);
  return said;
}

const SMALL = { grid: [5, 4, 4], generators: 2, width: 16, head: 8 };
const FULL = { grid: [12, 8, 8], generators: 4, width: 128, head: 32 }; // the defaults

/** Points of a grid, periodic in the first coordinate. */
function knots([nx, nt, nu]) {
  const points = [];
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < nt; j++) for (let k = 0; k < nu; k++) points.push(i / nx, j / (nt - 1), (2 * k) / (nu - 1) - 1);
  return Float64Array.from(points);
}

function make({ FieldNetwork, stream }, { grid, steps, ...shape }, seed = 1) {
  const options = { knotPoints: knots(grid), periodic: [true, false, false], dim: 3, ...shape };
  return FieldNetwork.create(options, stream(seed, "network"));
}

/** Half the squared distance to smooth fields, and its gradient in the control points: what stands for a learner's score. */
function score(control) {
  let loss = 0;
  const cotangent = control.map((c, i) => {
    const apart = c - Math.sin(0.37 * i);
    loss += (apart * apart) / 2;
    return apart;
  });
  return { loss, cotangent };
}

/** One step as numbers, and the state before it. */
async function oneStep(network, rate) {
  const before = await network.state();
  const control = await network.forward();
  const { loss, cotangent } = score(control);
  const gradient = await network.gradient(cotangent);
  await network.step(cotangent, rate);
  return { before, control, loss, gradient, after: (await network.state()).arrays, next: await network.forward() };
}

const RATE = 1e-2;

async function onWasm(parts, shape) {
  const network = make(parts, shape);
  const steps = [];
  for (let k = 0; k < shape.steps; k++) steps.push(await oneStep(network, RATE));
  network.dispose();
  return { shape, steps };
}

/** The same steps on the current engine, each from wasm's state: the largest difference over the largest number, per step. */
async function agreement(parts, { shape, steps }) {
  const network = make(parts, shape, 99); // other weights, to be replaced
  const rows = [];
  for (const right of steps) {
    network.restore(right.before);
    const came = await oneStep(network, RATE);
    rows.push({
      control: apart(came.control, right.control),
      loss: Math.abs(came.loss / right.loss - 1),
      gradient: apart(came.gradient, right.gradient),
      weights: Math.max(...ofArrays(came.after, right.after, (name) => !/\.(first|second)$/.test(name))),
      moments: Math.max(...ofArrays(came.after, right.after, (name) => /\.(first|second)$/.test(name))),
      next: apart(came.next, right.next),
      gradientSize: Math.max(...came.gradient.map(Math.abs)),
      moved: apart(came.next, came.control),
    });
  }
  network.dispose();
  return rows;
}

const OPERATOR = { nx: 16, inputs: 3, outputs: 2, width: 8, modes: 5, layers: 2, hidden: 6 };
const windows = (channels) =>
  Float32Array.from({ length: 4 * channels * 16 }, (_, i) => Math.sin(0.61 * i) + Math.cos(i));

/** A neural operator after two steps on wasm, and what comes of a third. */
async function operatorOnWasm({ chooseArithmetic, OperatorNetwork }) {
  const { arithmetic } = await chooseArithmetic();
  const network = OperatorNetwork.create(OPERATOR, 1, arithmetic);
  for (let k = 0; k < 2; k++) await network.step(windows(3), windows(2), RATE, RATE);
  const before = await network.state();
  const right = await operatorStep(network);
  network.dispose();
  return { before, right, kernels: arithmetic.name };
}

async function operatorStep(network) {
  const { loss, output, gradients } = await network.gradient(windows(3), windows(2));
  await network.step(windows(3), windows(2), RATE, RATE);
  return { loss, output, gradients, after: (await network.state()).arrays, next: await network.predict(windows(3)) };
}

/** The same third step on the current engine: the largest difference over the largest number, each. */
async function operatorAgreement({ chooseArithmetic, OperatorNetwork }, { before, right, kernels }) {
  const { arithmetic } = await chooseArithmetic();
  const network = OperatorNetwork.create(OPERATOR, before, arithmetic);
  const came = await operatorStep(network);
  network.dispose();
  return {
    kernels: [kernels, arithmetic.name],
    loss: Math.abs(came.loss / right.loss - 1),
    output: apart(came.output, right.output),
    gradients: Math.max(...ofArrays(came.gradients, right.gradients, () => true)),
    state: Math.max(...ofArrays(came.after, right.after, () => true)),
    next: apart(came.next, right.next),
    moved: apart(right.next, right.output),
  };
}

const ofArrays = (a, b, kept) => Object.keys(b).flatMap((name) => (kept(name) ? [apart(a[name], b[name])] : []));

function apart(a, b) {
  if (a.length !== b.length) return null;
  let most = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
    if (!Number.isFinite(a[i])) return null; // as JSON would say it
  }
  return largest > 0 ? most / largest : most;
}

/** Losses of ten steps on the current engine alone. */
async function fall(parts) {
  const network = make(parts, SMALL);
  const losses = [];
  for (let k = 0; k < 11; k++) {
    const { loss, cotangent } = score(await network.forward());
    losses.push(loss);
    await network.step(cotangent, RATE);
  }
  network.dispose();
  return losses;
}

/** Second derivatives at a few points, by tfjs's mended gradients, less what calculus says. */
async function secondDerivatives({ tf, registerGradients }) {
  await registerGradients();
  const at = [-1.5, -0.3, 0.2, 0.9];
  const logistic = (x) => 1 / (1 + Math.exp(-x));
  const known = {
    sigmoid: (x) => logistic(x) * (1 - logistic(x)) * (1 - 2 * logistic(x)),
    tanh: (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
    exp: Math.exp,
  };
  const out = {};
  for (const [name, second] of Object.entries(known)) {
    const derivative = tf.grad((x) => tf.sum(tf.grad((y) => tf.sum(tf[name](y)))(x)));
    const came = await derivative(tf.tensor1d(at)).data();
    out[name] = apart(came, at.map(second));
  }
  return out;
}

/** Tensors and buffers that a network leaves behind. */
async function leavesNothing(parts) {
  const { tf } = parts;
  const held = () => [tf.memory().numTensors, tf.backend().numDataIds()];
  const [tensors, buffers] = held();
  const network = make(parts, SMALL);
  for (let k = 0; k < 3; k++) await network.step(score(await network.forward()).cotangent, RATE);
  await network.forward();
  network.dispose();
  return [held()[0] - tensors, held()[1] - buffers];
}

/** Submissions to the GPU and dispatches within them, from now on. */
function counting() {
  const counts = { submissions: 0, dispatches: 0 };
  const count = (prototype, method, name) => {
    const own = prototype[method];
    prototype[method] = function (...given) {
      counts[name]++;
      return own.apply(this, given);
    };
  };
  count(GPUQueue.prototype, "submit", "submissions");
  count(GPUComputePassEncoder.prototype, "dispatchWorkgroups", "dispatches");
  return counts;
}

/** Synchronous reads from now on of numbers that lie on the GPU. */
function watch(backend) {
  let reads = 0;
  const { readSync } = backend;
  backend.readSync = function (id, ...rest) {
    if (this.tensorMap.get(id).values == null) reads++;
    return readSync.call(this, id, ...rest);
  };
  return () => reads;
}

const RUN = {
  ...{ task: "function", function: "x^2 + y^2", seed: 3, workers: 0, generators: 2, width: 8, steps: 14 },
  ...{ knots: { x: 5, t: 5, u: 5 }, certificate: { controls: 2, stops: [0.2] } },
};
const AT = 6; // steps done when the device is lost

/** A run that loses its device after `AT` steps, beside the same run on wasm. `prepare` spoils the device before. */
async function lostRun({ tf, learn, adapter, options }, prepare) {
  const wasm = options.wasmModule ? { network: options.wasmModule } : {};
  const run = { ...RUN, ...wasm };
  const right = await learn({ ...run, backend: "wasm" }, adapter);
  let restore = () => {};
  const progress = ({ stage, done }) => {
    if (stage !== "learn" || done !== AT) return;
    restore = prepare() ?? restore;
    tf.backend().device.destroy();
  };
  const { record, splines } = await learn({ ...run, backend: "webgpu" }, adapter, { progress });
  restore();
  return {
    engine: record.engine,
    warnings: record.warnings.filter((warning) => warning.includes("lost")),
    apart: apart(splines.control, right.splines.control),
    current: tf.getBackend(),
  };
}

/** Readbacks that never come back, as after some losses. */
function hang() {
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = () => new Promise(() => {});
  return () => {
    GPUBuffer.prototype.mapAsync = mapAsync;
  };
}

/** After a loss WebGPU can be asked for anew. */
async function restarted({ tf, chooseBackend, options }) {
  await chooseBackend("webgpu", options);
  const sum = tf.tidy(() => tf.sum(tf.ones([2000])));
  const [value] = await sum.data();
  sum.dispose();
  return [tf.getBackend(), value];
}
