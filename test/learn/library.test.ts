import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { InputError } from "../../src/engine/error.js";
import { fieldsOf } from "../../src/index.js";
import { type Learned, type LearnOptions, learn } from "../../src/learn.js";
import { simulate } from "../../src/simulate.js";

const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });

/** One thread, and a certificate just large enough to say something. */
const run = (options: Omit<LearnOptions, "seed">, seed = 1): Promise<Learned> =>
  learn({ method: "library", seed, workers: 0, certificate: { controls: 3, stops: [0.2] }, ...options }, adapter);
const reads = ({ record }: Learned): string[] => record.formulas!.map((f) => f.reads);
const timeless = (record: object): object => ({ ...record, seconds: null });

describe("the library method on KdV", () => {
  const learned = run({ task: "kdv" });

  test("counts four symmetries across a gap of 1e6, at the true span, and writes them as known", async () => {
    const { record } = await learned;
    expect(record).toMatchObject({ count: 4, countIs: "exact", method: "library", criterion: null });
    expect(record.gap!).toBeGreaterThan(1e6);
    expect(record.truth!.dimension).toBe(4);
    expect(record.truth!.grassmann).toBeLessThan(1e-7);
    expect(reads(await learned)).toEqual(["∂x", "∂t", "t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"]);
    expect(record.spectrum).toHaveLength(30); // 10 monomials in each of 3 components
    expect(record.generators.map((g) => g.reads)).toEqual(reads(await learned));
  });

  test("certifies each formula on held-out trajectories", async () => {
    for (const { verdict, tangent, flow, floor } of (await learned).record.generators) {
      expect(verdict).toBe("accepted");
      expect(tangent).toBeLessThan(1e-9);
      for (const { score } of flow) expect(score).toBeLessThan(1.5 * floor!);
    }
  });

  test("closes as an algebra: the scaling acts on the others by weights", async () => {
    const { algebra } = (await learned).record;
    expect(algebra!.closure).toBeLessThan(1e-9);
    const bracket = (i: number, j: number) =>
      algebra!.brackets.find((b) => b.i === i && b.j === j)!.coefficients.map((c) => Math.round(c * 1e9) / 1e9 + 0);
    expect(bracket(1, 4)).toEqual([1, 0, 0, 0]); // [∂x, x ∂x + …] = ∂x
    expect(bracket(2, 4)).toEqual([0, 3, 0, 0]);
    expect(bracket(2, 3)).toEqual([1, 0, 0, 0]); // [∂t, t ∂x + ∂u] = ∂x
    expect(bracket(3, 4)).toEqual([0, 0, -2, 0]);
    expect(algebra!.derived).toEqual([4, 3, 1, 0]);
  });

  test("repeats to the last bit, on one thread or on two workers", async () => {
    const again = await run({ task: "kdv", workers: 2 });
    expect(timeless(again.record)).toEqual(timeless((await learned).record));
  });

  test("gives its formulas as fields in physical coordinates", async () => {
    const scaling = fieldsOf(await learned)[3]!;
    const [point, w] = [Float64Array.of(5, 50, 0.3), Float64Array.of(1, 2, 3)];
    expect([...scaling.value(point)]).toEqual([5, 150, -0.6]);
    expect([...scaling.jvp(point, w)]).toEqual([1, 6, -6]);
  });

  test("with 5 % noise the count and the formulas are the same, without flow scores, and it says why", async () => {
    const noisy = await run({ task: "kdv", noise: 0.05 });
    expect(noisy.record).toMatchObject({ count: 4, countIs: "exact", certificate: "none" });
    expect(noisy.record.certificateReason).toMatch(/noisy or independent/);
    expect(noisy.record.lowPass!.mode).toBeLessThanOrEqual((await learned).record.lowPass!.mode);
    expect(reads(noisy)).toEqual(reads(await learned));
  });
});

describe("data of its own", () => {
  const scaled = (data: Trajectories, x: number, u: number): Trajectories => ({
    ...data,
    x: data.x.map((v) => x * v),
    length: x * data.length,
    u: data.u.map((v) => u * v),
  });

  test("rescaled by x → 3x, u → 2u it gives the rescaled formulas", async () => {
    const data = scaled(await simulate({ task: "kdv", trajectories: 6, seed: 3, workers: 0 }, adapter), 3, 2);
    const equation = "u_t = -3/2*u*u_x - 27*u_xxx"; // KdV in the new units
    expect(reads(await run({ task: "pde", equation, data }))).toEqual([
      "∂x",
      "∂t",
      "3 t ∂x + 2 ∂u",
      "x ∂x + 3 t ∂t - 2 u ∂u",
    ]);
  });

  test("that does not satisfy the equation is refused with the residual", async () => {
    const data = scaled(await simulate({ task: "kdv", trajectories: 6, seed: 3, workers: 0 }, adapter), 3, 2);
    await expect(run({ task: "kdv", data })).rejects.toThrow(/do not satisfy the equation: residual 0\.\d+/);
  });
});

describe("equations as text", () => {
  test("one that is in no catalogue works the same: mKdV and its scaling", async () => {
    const mkdv = await run({ task: "pde", equation: "u_t = -6*u^2*u_x - u_xxx" });
    expect(reads(mkdv)).toEqual(["∂x", "∂t", "x ∂x + 3 t ∂t - u ∂u"]);
    expect(mkdv.record.truth).toBeNull();
  });

  test("a little damping breaks the scaling, which is listed apart with its score", async () => {
    const parameters = { nu: 0.01 };
    const { record } = await run({ task: "pde", equation: "u_t = -6*u^2*u_x - u_xxx + nu*u_xx", parameters });
    expect(record.count).toBe(2);
    expect(record.approximate).toHaveLength(1);
    expect(record.approximate![0]!.reads).toBe("x ∂x + 3 t ∂t - u ∂u");
    expect(record.approximate![0]!.score).toBeLessThan(1e-3);
  });

  test("coefficients that depend on x leave only ∂t; on x and t, nothing", async () => {
    expect(reads(await run({ task: "pde", equation: "u_t = -(1+0.3*sin(x))*u*u_x - u_xxx" }))).toEqual(["∂t"]);
    const none = await run({ task: "pde", equation: "u_t = -(1+0.3*sin(x)*cos(t))*u*u_x - u_xxx" });
    expect(none.record).toMatchObject({ count: 0, countIs: "exact", gap: null, generators: [], algebra: null });
  });

  test("a spectrum without a clear gap is undecided, and says so: polynomials that imitate exp(-t/20) better and better", async () => {
    const { record } = await run({
      task: "pde",
      equation: "u_t = 0.01*u_xx - 0.05*u",
      length: 2 * Math.PI,
      time: 10,
      degree: 6,
    });
    expect(record).toMatchObject({ count: null, countIs: "undecided" });
    expect(record.warnings.join(" ")).toMatch(/no clear gap/);
    expect(new Set(record.generators.map((g) => g.verdict))).toEqual(new Set(["undecided"]));
    expect(record.generators.some((g) => g.accepted)).toBe(false);
  });

  test("a system in one dimension is certified by flow too", async () => {
    const { record } = await run({
      task: "pde",
      equation: "u_t = v_x; v_t = u_x",
      degree: 1,
    });
    expect(record.coordinates).toEqual(["x", "t", "u", "v"]);
    expect(record.certificate).toBe("flow");
    expect(record.generators.every((g) => g.accepted)).toBe(true);
  });
});

describe("named members", () => {
  test("nKdV in a library with exp(±t/50): its four, as formulas", async () => {
    const learned = await run({ task: "nkdv", members: ["exp(t/50)", "exp(-t/50)"] });
    expect(learned.record).toMatchObject({ count: 4, truth: { dimension: 4 } });
    expect(learned.record.gap!).toBeGreaterThan(1e6);
    expect(reads(learned)).toEqual(["∂x", "50 exp(t/50) ∂x + ∂u", "exp(-t/50) ∂t", "x ∂x + 150 ∂t - 2 u ∂u"]);
  });

  test("cKdV with 1/sqrt(t+1), and the same four when sqrt(t+1) makes the library dependent, with a warning", async () => {
    const own = await run({ task: "ckdv", members: ["1/sqrt(t+1)"] });
    const more = await run({ task: "ckdv", members: ["1/sqrt(t+1)", "sqrt(t+1)"] });
    for (const { record } of [own, more]) {
      expect(record).toMatchObject({ count: 4, countIs: "exact" });
      expect(record.gap!).toBeGreaterThan(1e6);
    }
    expect(reads(more)).toEqual(reads(own));
    expect(own.record.dropped).toEqual([]);
    expect(more.record.dropped).toContain("sqrt(t + 1)");
    expect(more.record.warnings.join(" ")).toMatch(/dependent.*sqrt\(t \+ 1\)/);
  });

  test.each([
    ["log(u - 100)", /log\(u - 100\) is NaN at .*finite/],
    ["0*t", /vanishes on the data/],
    ["exp(q)", /q.*functions of x, t, u/],
  ])("%s is refused for what it is", async (member, message) => {
    await expect(run({ task: "kdv", members: [member] })).rejects.toThrow(message);
  });
});

describe("the Fourier library", () => {
  const fourier = { library: "fourier" } as const;

  test.each(["kdv", "ks", "burgers"])("%s has three periodic symmetries, and no scaling", async (task) => {
    const learned = await run({ task, ...fourier });
    expect(learned.record).toMatchObject({ count: 3, countIs: "exact", certificate: "flow", truth: { dimension: 3 } });
    expect(learned.record.gap!).toBeGreaterThan(1e6);
    expect(learned.record.truth!.grassmann).toBeLessThan(1e-7);
    expect(reads(learned)).toEqual(["∂x", "∂t", "t ∂x + ∂u"]);
    expect(learned.record.spectrum).toHaveLength(90); // 6 monomials in t and u, times 1 and two waves, in 3 components
    for (const { verdict, flow, floor } of learned.record.generators) {
      expect(verdict).toBe("accepted");
      for (const { score } of flow) expect(score).toBeLessThan(1.1 * floor!); // whole periods move rigidly: nothing is left out at the ends
    }
  });

  test("knows no list for heat, whose periodic symmetries have no end", async () => {
    const { record } = await run({ task: "heat", degree: 1, ...fourier });
    expect(record).toMatchObject({ count: 4, truth: null });
    expect(record.formulas!.map((f) => f.reads).sort()).toEqual(["u ∂u", "∂t", "∂u", "∂x"]);
  });

  const small = { task: "kdv", trajectories: 2, time: 4, outputs: 24 };
  const [nt, nx] = [20, 32];
  const flat: Trajectories = {
    ...{ n: 3, nt, nx, components: 1, length: 6 },
    x: Float64Array.from({ length: nx }, (_, i) => (6 * i) / nx),
    t: Float64Array.from({ length: nt }, (_, j) => j / 1000),
    u: Float64Array.from({ length: 3 * nt * nx }, (_, i) => 1 + 0.1 * Math.sin((2 * Math.PI * (i % nx)) / nx)),
  };
  test.each<[string, Omit<LearnOptions, "seed">, RegExp]>([
    [
      "a member that grows along x",
      { ...small, members: ["t", "x*u"] },
      /along x after 128, but the member u\*x does not/,
    ],
    [
      "an equation that does",
      { task: "pde", equation: "u_t = 0.001*x*u_x", data: flat, snapshots: true },
      /after 6, but the equation does not/,
    ],
    ["a function", { task: "function", function: "x^2 + y^2" }, /for equations, .*not for the task function/],
    ["dynamics", { task: "dynamics", dynamics: "x' = x" }, /for equations, .*not for the task dynamics/],
  ])("is refused for %s", async (_, options, message) => {
    const refused = run({ ...fourier, ...options });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });

  test("by another name is refused with the names there are", async () => {
    const library = "splines" as "fourier";
    await expect(run({ ...small, library })).rejects.toThrow("library is splines; pass monomials or fourier");
  });
});

describe("tasks without trajectories", () => {
  test("x² + y² + z² keeps so(3)", async () => {
    const { record } = await run({ task: "function", function: "x^2 + y^2 + z^2" });
    expect(record).toMatchObject({ count: 3, countIs: "exact", certificate: "flow" });
    expect(record.algebra!.closure).toBeLessThan(1e-6);
    expect(record.algebra).toMatchObject({ semisimple: true, name: "so(3)" });
    expect(record.generators.every((g) => g.accepted)).toBe(true);
  });

  test("the oscillator keeps two of three: the field along its own solutions is trivial", async () => {
    const { record } = await run({ task: "dynamics", dynamics: "x' = p; p' = -x" });
    expect(record).toMatchObject({ count: 2, countIs: "exact" });
    expect(record.trivial).toHaveLength(1);
  });

  test("the planar Kepler problem keeps rotation, time translation and its scaling, and nothing else", async () => {
    const r3 = "(x^2+y^2)^(3/2)";
    const learned = await run({
      task: "dynamics",
      dynamics: `x' = px; y' = py; px' = -x/${r3}; py' = -y/${r3}`,
    });
    expect(learned.record).toMatchObject({ count: 3, countIs: "exact" });
    expect(reads(learned)).toEqual([
      "∂t",
      "3 t ∂t + 2 x ∂x + 2 y ∂y - px ∂px - py ∂py",
      "y ∂x - x ∂y + py ∂px - px ∂py",
    ]);
  });
});
