import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { type LearnOptions, learn } from "../../src/learn.js";

const workerUrl = new URL("../../dist/adapter/node/worker.js", import.meta.url);
const adapter = nodeAdapter({ workerUrl });

/** Moves every part, finds nothing. */
const short = {
  seed: 5,
  backend: "wasm",
  trajectories: 4,
  steps: 6,
  workers: 0,
  certificate: { controls: 2, stops: [0.2] },
} as const satisfies Partial<LearnOptions>;
const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

describe("the neural method", () => {
  test("learns an equation given as text, and reads its accepted fields as formulas with their errors", async () => {
    const { record } = await learn(
      { task: "pde", equation: "u_t = -6*u*u_x - 0.5*u_xxx", seed: 1, backend: "wasm" },
      adapter,
    );
    expect([record.count, record.countIs, record.truth]).toEqual([3, "exact", null]);
    expect(record.formulas!.map((f) => f.reads)).toEqual(["∂x", "∂t", "6 t ∂x + ∂u"]);
    for (const { residual, terms } of record.formulas!) {
      expect(residual).toBeLessThan(0.05);
      for (const { standardError } of terms) expect(standardError).not.toBeNull();
    }
    expect(record.algebra!.brackets.find((b) => b.i === 2 && b.j === 3)!.coefficients[0]).toBeCloseTo(6, 0); // [∂t, 6 t ∂x + ∂u]
  }, 900_000);

  test("refines by flow after the tangent score, in one run of both lengths", async () => {
    const steps: [number, number][] = [];
    const refined = await learn({ ...short, task: "kdv", criterion: "tangent+flow" }, adapter, {
      progress: ({ stage, done, of }) => void (stage === "learn" && steps.push([done, of])),
    });
    expect(steps.filter(([done]) => done > 0)).toEqual(Array.from({ length: 106 }, (_, i) => [i + 1, 106]));
    const tangent = await learn({ ...short, task: "kdv" }, adapter);
    expect(refined.record.criterion).toBe("tangent+flow");
    expect(refined.figures.loss!.step.length).toBe(tangent.figures.loss!.step.length + 100);
    expect(same(refined.splines!.control, tangent.splines!.control)).toBe(false);
  }, 900_000);

  test("turns slots that projection held apart until the best is the first, and leaves others as they were trained", async () => {
    const slots = async (orthogonality: "projection" | "penalty"): Promise<number[]> => {
      const { record } = await learn({ ...short, task: "kdv", learner: { orthogonality } }, adapter);
      return record.generators.map(({ slot }) => slot); // by their scores on held-out data
    };
    expect((await slots("projection"))[0]).toBe(1);
    expect((await slots("penalty"))[0]).not.toBe(1);
  }, 900_000);

  test.each([
    ["tangent", 400],
    ["flow", 800],
    ["tangent+flow", 500],
  ] as const)("by %s takes %i steps where nothing is said", async (criterion, steps) => {
    const controller = new AbortController();
    const { steps: _, ...rest } = short;
    let whole = 0;
    const run = learn({ ...rest, task: "kdv", criterion }, adapter, {
      signal: controller.signal,
      progress({ stage, of }) {
        if (stage !== "learn") return;
        whole = of;
        controller.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(whole).toBe(steps);
  });

  test("draws each slot's learning curve in the order of the record", async () => {
    let last = new Float64Array(0);
    const { record, figures } = await learn({ ...short, task: "kdv", learner: { orthogonality: "penalty" } }, adapter, {
      progress: ({ training }) => void (training && (last = training.scores.slice())),
    });
    const order = record.generators.map(({ slot }) => slot);
    expect(order).not.toEqual([1, 2, 3, 4]);
    expect(figures.loss!.slots.map((curve) => curve.at(-1))).toEqual(order.map((slot) => last[slot - 1]));
    const tangents = record.generators.map((g) => g.tangent);
    expect(tangents).toEqual([...tangents].sort((a, b) => a - b));
  });

  test("runs from end to end on plain JavaScript, within f32 rounding of wasm", async () => {
    const run = (backend: "cpu" | "wasm") =>
      learn({ ...short, task: "function", function: "x^2+y^2+z^2", backend, width: 16 }, adapter);
    const [cpu, wasm] = [await run("cpu"), await run("wasm")];
    expect([cpu.record.engine.network, wasm.record.engine.network]).toEqual(["cpu", "wasm"]);
    const differences = cpu.splines!.control.map((c, i) => Math.abs(c - wasm.splines!.control[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-4); // fields of order 1 after six steps
    expect(Math.max(...differences)).toBeGreaterThan(0); // two engines ran
  }, 900_000);

  test.each<[string, Partial<LearnOptions>, RegExp]>([
    ["two dimensions", { task: "wave-2d" }, /scalar equations of first order.*use the library learner/],
    ["a system", { task: "pde", equation: "u_t = v_x; v_t = u_x" }, /use the library learner/],
    ["four coordinates", { task: "function", function: "a*b*c*d" }, /up to 3 coordinates, but there are 4/],
    ["flow without trajectories", { task: "function", function: "x^2+y^2", criterion: "flow" }, /no flow score/],
    ["flow of snapshots", { task: "kdv", snapshots: true, criterion: "flow" }, /no flow score.*noisy or independent/],
  ])("refuses %s and says what to do", async (_, options, message) => {
    const stages = new Set<string>();
    const progress = ({ stage }: { stage: string }): void => void stages.add(stage);
    await expect(learn({ ...short, task: "kdv", ...options }, adapter, { progress })).rejects.toThrow(message);
    if (/library learner/.test(String(message))) expect([...stages]).toEqual([]); // told before there are data
  });

  test.each([
    ["log(-t)", "finite on the data", ["data"]],
    ["exp(w)", "functions of x, t, u", []],
  ])(
    "refuses the member %s before it trains, and an unknown name before there are data",
    async (member, message, seen) => {
      const stages = new Set<string>();
      const run = learn({ ...short, task: "kdv", members: [member] }, adapter, {
        progress: ({ stage }) => void stages.add(stage),
      });
      await expect(run).rejects.toThrow(message);
      expect([...stages]).toEqual(seen);
    },
  );

  test("trains on a function of three coordinates and certifies by how far it drifts", async () => {
    const { record } = await learn({ ...short, task: "function", function: "x^2+y^2+z^2", steps: 40 }, adapter);
    expect(record).toMatchObject({ certificate: "flow", coordinates: ["x", "y", "z"] });
    expect(record.generators).toHaveLength(4);
    expect(record.generators[0]!.tangent).toBeLessThan(record.generators[0]!.tangentControl!);
  }, 900_000);
});
