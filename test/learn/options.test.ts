import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { normalise } from "../../src/data/chart.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import type { Adapter } from "../../src/engine/adapter.js";
import { openMachine } from "../../src/engine/machine.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { pdeProblem } from "../../src/learn/pde.js";
import { pointProblem } from "../../src/learn/points.js";
import { type Hooks, type Learned, type LearnOptions, learn } from "../../src/learn.js";
import { certificateDefaults, thresholds } from "../../src/reading/certificate.js";
import { simulate } from "../../src/simulate.js";
import { functionTask } from "../../src/task/function.js";

const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });
const short = { workers: 0, certificate: { controls: 2, stops: [0.2] }, method: "library" } as const;
const run = (options: Partial<LearnOptions>, hooks: Partial<Hooks> = {}): Promise<Learned> =>
  learn({ task: "function", seed: 1, ...short, ...options }, adapter, hooks);
const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
const reads = ({ record }: Learned): string[] => record.formulas!.map((f) => f.reads);

const small = { task: "kdv", trajectories: 4, time: 8, outputs: 30, workers: 0 } as const;
const kdv = await simulate({ ...small, seed: 1 }, adapter);
const other = await simulate({ ...small, seed: 2 }, adapter);
/** Four trajectories to learn from, and one of another run held out. */
const mixed: Trajectories = { ...kdv, u: kdv.u.slice() };
const own = kdv.u.length / kdv.n;
mixed.u.set(other.u.subarray(0, own), (kdv.n - 1) * own);

describe("held-out data", () => {
  test("are what formulas are certified on and pictures show, and learning sees nothing of them", async () => {
    const [one, two] = [await run({ task: "kdv", data: kdv }), await run({ task: "kdv", data: mixed })];
    expect(same(one.record.spectrum, two.record.spectrum)).toBe(true);
    expect(reads(one)).toEqual(reads(two));
    const tangent = ({ record }: Learned): number[] => record.generators.map((g) => g.tangent);
    expect(same(tangent(one), tangent(two))).toBe(false);
    const row = two.figures.solution!.u[3]!;
    expect(same(row, [...other.u.subarray(3 * kdv.nx, 4 * kdv.nx)])).toBe(true);
  });

  test("are what slots are scored on, and training sees nothing of them", async () => {
    const neural = { task: "kdv", method: "neural", backend: "wasm", steps: 3, generators: 2 } as const;
    const [one, two] = [await run({ ...neural, data: kdv }), await run({ ...neural, data: mixed })];
    expect(same([...one.splines!.control], [...two.splines!.control])).toBe(true);
    const tangents = ({ record }: Learned): number[] => record.generators.map((g) => g.tangent);
    expect(same(tangents(one), tangents(two))).toBe(false);
  });
});

describe("a library run", () => {
  test.each([
    [0, "learn", ["data", "learn"]],
    [1, "learn", ["data", "learn"]],
  ])("whose signal aborts when %i of its learning is done goes no further", async (when, at, expected) => {
    const controller = new AbortController();
    const seen: string[] = [];
    const progress: Hooks["progress"] = ({ stage, done }) => {
      seen.push(`${stage} ${done}`);
      if (stage === at && done === when) controller.abort(new Error("enough"));
    };
    await expect(run({ ...small }, { signal: controller.signal, progress })).rejects.toThrow("enough");
    expect([...new Set(seen.map((event) => event.split(" ")[0]))]).toEqual(expected);
    expect(seen.at(-1)).toBe(`${at} ${when}`);
  });

  test("whose flows are short stops between its parts as well", async () => {
    const controller = new AbortController();
    const progress: Hooks["progress"] = ({ stage, done }) => {
      if (stage === "learn" && done === 1) controller.abort(new Error("enough"));
    };
    await expect(run({ function: "x^2 + y^2" }, { signal: controller.signal, progress })).rejects.toThrow("enough");
  });

  test("judges by the thresholds given, and warns where the certificate does not confirm its count", async () => {
    const { record } = await run({ ...small, thresholds: { tangentOfControl: 0 } });
    expect(record).toMatchObject({ count: 4, countIs: "exact" });
    expect(record.generators.map((g) => g.verdict)).toEqual(new Array(4).fill("rejected"));
    expect(record.warnings.join(" ")).toMatch(
      /does not confirm .*: V1 rejected, V2 rejected, V3 rejected, V4 rejected;/,
    );
  });

  test("compares with the known generators up to degree 2 only", async () => {
    expect((await run({ ...small, degree: 1 })).record.truth).toMatchObject({ dimension: 4 });
    expect((await run({ ...small, degree: 3 })).record.truth).toBeNull();
  });

  test("ends its workers, whether it succeeds or fails", async () => {
    let [begun, ended] = [0, 0];
    const counting: Adapter = {
      ...adapter,
      spawnWorker(start) {
        const handle = adapter.spawnWorker(start);
        if (!handle) return null;
        begun++;
        const end = (): void => {
          ended++;
          handle.end();
        };
        return {
          post: (...a) => handle.post(...a),
          onReply: (l) => handle.onReply(l),
          onFailure: (l) => handle.onFailure(l),
          end,
          terminate: () => handle.terminate(),
        };
      },
    };
    const options = { ...short, seed: 1, workers: 2, task: "function" };
    await learn({ ...options, function: "x^2 + y^2" }, counting);
    await expect(learn({ ...options, function: "x^2 +" }, counting)).rejects.toThrow(/expected/);
    expect([begun, ended]).toEqual([4, 4]);
  });
});

describe("data in two dimensions", () => {
  const plane = { task: "wave-2d", nx: 32, outputs: 25, trajectories: 2, workers: 0 } as const;

  test("that are no solutions are refused, unless they are snapshots", async () => {
    const data = await simulate({ ...plane, seed: 1, time: 0.2 }, adapter);
    const slow = { ...data, t: data.t.map((t) => 2 * t) };
    await expect(run({ task: "wave-2d", data: slow, degree: 0 })).rejects.toThrow(/do not satisfy the equation/);
    const { record } = await run({ task: "wave-2d", data: slow, snapshots: true, degree: 0 });
    expect(record.certificate).toBe("none");
    expect(record.warnings.join(" ")).not.toMatch(/apart in time/);
  });

  test("too far apart in time to be checked are taken, with a warning", async () => {
    const data = await simulate({ ...plane, seed: 1, time: 30 }, adapter);
    const { record } = await run({ task: "wave-2d", data, degree: 0 });
    expect(record.warnings.join(" ")).toMatch(/too far apart in time to check/);
  });
});

test("slots of dynamics do not move the time", async () => {
  const neural = { method: "neural", backend: "wasm", steps: 2, generators: 2, width: 16 } as const;
  const { splines } = await run({ ...neural, task: "dynamics", dynamics: "x' = p; p' = -x" });
  const along = [0, 1, 2].map((c) => splines!.control.some((v, i) => i % 3 === c && v !== 0));
  expect(along).toEqual([false, true, true]);
});

test("a task on points samples each part from its own points, and is read up to degree 2", async () => {
  const machine = await openMachine(adapter, { workers: 0 });
  const task = functionTask(machine.kernels, { seed: 1, function: "x^2 + y^2", points: 100 });
  const certifying = certificateDefaults;
  const asked = { machine, options: { task: "function", seed: 1 }, certifying, limits: thresholds };
  const problem = pointProblem(task, asked as Parameters<typeof pointProblem>[1]);
  const from = (part: "train" | "held", points: Float64Array): boolean => {
    const known = new Set(normalise(task.chart, points));
    return problem.sample(part, 50, stream(1, part)).every((z) => known.has(z));
  };
  expect([from("train", task.points), from("held", task.held), from("held", task.points)]).toEqual([true, true, false]);
  expect(problem.readingLibrary([]).functions).toHaveLength(6);
});

test("slots are read in the named members as well", async () => {
  const machine = await openMachine(adapter, { workers: 0 });
  const request = { task: "kdv", seed: 1, data: kdv };
  const problem = await pdeProblem(request, machine, certificateDefaults, thresholds, undefined, () => {});
  const [alone, more] = [[], [parse("exp(t)")]].map((members) => problem.readingLibrary(members).functions.length);
  expect([alone, more]).toEqual([18, 24]); // 6 monomials in t and u, times 1, cos, sin, and the member
});

describe("tasks on points take", () => {
  test("parameters, bounds and coordinates", async () => {
    const ellipse = { function: "a*x^2 + y^2", parameters: { a: 4 } };
    const { record, chart } = await run({ ...ellipse, bounds: { x: [1, 2] } });
    expect(record.formulas!.map((f) => f.reads)).toEqual(["y ∂x - 4 x ∂y"]);
    expect([chart.offset[0], chart.scale[0], chart.offset[1], chart.scale[1]]).toEqual([1.5, 1, 0, 2]);
    const more = await run({ ...ellipse, coordinates: ["z", "y", "x"] });
    expect(more.record.coordinates).toEqual(["z", "y", "x"]);
  });

  test("a gradient, which is looked at", async () => {
    const square = (points: Float64Array): Float64Array =>
      Float64Array.from({ length: points.length / 2 }, (_, p) => points[2 * p]! ** 2 + points[2 * p + 1]! ** 2);
    const wrong = run({ function: square, coordinates: ["x", "y"], gradient: (points) => points.map((z) => 3 * z) });
    await expect(wrong).rejects.toThrow(/the gradient differs/);
    const { record } = await run({ function: square, coordinates: ["x", "y"] });
    expect(record.scoreFloor).toBeGreaterThanOrEqual(1e-9); // below it scores are the differences' error
    expect(record.scoreFloor).toBeLessThan(1e-6);
  });

  test("members, which must be finite all over the data", async () => {
    const f = { function: "x^2 + y^2" };
    await expect(run({ ...f, members: ["1/(1 - sqrt(x^2))^400*1e200"] })).rejects.toThrow(
      /^the member .* is Infinity at x = /,
    );
    expect((await run({ ...f, members: ["x*y"], degree: 0 })).record.spectrum).toHaveLength(4);
  });

  test("a region to draw that holds their points", async () => {
    const { slices } = (await run({ function: "x^2 + y^2" })).figures.generators[0]!;
    const [first] = slices;
    expect(first!.arrows.length).toBeGreaterThan(10);
    expect(Math.max(...first!.arrows.map(([a]) => a))).toBeGreaterThan(0.8);
    expect(Math.min(...first!.arrows.map(([a]) => a))).toBeLessThan(-0.8);
  });
});

test.each([-1, 0.5, Number.NaN])("the seed %d is refused", async (seed) => {
  await expect(run({ function: "x*y", seed })).rejects.toThrow(/seed is .*; pass a whole number from 0/);
});
