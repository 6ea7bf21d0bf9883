import { expect, test } from "@jest/globals";
import type { RunRecord } from "../../../src/report/run.js";
import { least } from "../../patience.js";
import { type Numbers, numbers } from "../runtime.js";
import { inChromium } from "./suite.js";

/** What conformance.mjs learns for a short while. */
const short = {
  task: "kdv",
  seed: 1,
  steps: 40,
  trajectories: 4,
  certificate: { controls: 2, stops: [0.2] },
  backend: "wasm",
  workers: 2,
};
const SLOTS = 4;

interface Session {
  readonly events: readonly {
    readonly stage: string;
    readonly done: number;
    readonly of: number;
    readonly at: number; // ms
    readonly history: readonly (readonly number[])[];
    readonly control: number; // numbers of the snapshot
  }[];
  readonly later: number; // events after the end
  readonly record?: RunRecord;
  readonly loss?: { readonly step: readonly number[] };
  readonly value?: readonly number[];
  readonly error?: string;
  readonly stopped?: number; // ms from the cancel to the end
}

inChromium("Learning in a worker for a page", ({ on }) => {
  const session = (options: object, hooks: object = {}): Promise<Session> =>
    on(async ({ call, page, complaints }) => {
      const out = (await call("learnInWorker", options, hooks)) as Session;
      expect(complaints).toEqual([]);
      const deadline = performance.now() + 10_000; // a worker in an endless loop lives 2 s longer than it is heard
      while (page.workers().length > 0 && performance.now() < deadline) await page.waitForTimeout(50);
      expect(page.workers()).toEqual([]);
      return out;
    });

  test("gives what learning on the spot gives, and events in between", async () => {
    const [node, { events, later, record, loss, value }] = await Promise.all([
      numbers(process.execPath, [
        "test/runtime/main.mjs",
        JSON.stringify({ parts: ["learn"], learn: { backend: "wasm", workers: 2 } }),
      ]),
      session(short),
    ]);
    expect(record?.generators.map(({ tangent }) => tangent)).toEqual((node as Numbers)["learn.tangent"]);
    expect(value?.every((v) => Number.isFinite(v) && v !== 0)).toBe(true);
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual(["data", "learn", "certify"]);
    expect(later).toBe(0);

    const rows = events.flatMap(({ history }) => history);
    expect([rows.length, loss?.step.length]).toEqual([40, 40]); // no step is left out
    expect(rows.every((row) => row.length === SLOTS && row.every(Number.isFinite))).toBe(true);
    const trained = events.filter(({ stage }) => stage === "learn");
    expect(trained.at(-1)).toMatchObject({ done: 40, of: 40 });
    expect(trained.map(({ control }) => control)).toEqual(trained.map(() => SLOTS * 12 * 8 * 8 * 3));

    const lasts = events.filter(({ done, of }) => done === of).length; // of a stage: they come at once
    const span = events.at(-1)!.at - events[0]!.at;
    expect(events.length - lasts).toBeLessThanOrEqual(span / 50 + 2); // sent 50 ms apart; the first may have come late
  }, 900_000);

  test("stops within 200 ms of a cancel, while trajectories are made and while slots are trained", async () => {
    for (const options of [
      { ...short, trajectories: 200 },
      { ...short, steps: 10_000, trajectories: 3 },
    ]) {
      const stop = async (): Promise<number> => {
        const { events, later, error, stopped } = await session(options, { cancelAt: 3 });
        expect([error, later]).toEqual(["Error: enough", 0]);
        expect(events.length).toBe(3);
        return stopped!;
      };
      expect(await least(200, stop)).toBeLessThan(200);
    }
  }, 900_000);

  test("ends a learner that does not answer, within 200 ms too", async () => {
    const stop = async (): Promise<number> => {
      const { error, stopped } = await session(short, { cancelAt: 1, stuck: true });
      expect(error).toBe("Error: enough");
      expect(stopped).toBeGreaterThanOrEqual(145); // it was given its time
      return stopped!;
    };
    expect(await least(200, stop)).toBeLessThan(200);
  }, 900_000);

  test.each<[string, object, object, RegExp]>([
    ["input that cannot be used", { ...short, task: "kvd" }, {}, /^InputError: .*kvd/],
    [
      "a program that is not there",
      short,
      { learnerUrl: "/none.js" },
      /^InputError: the learner's program did not load.*learnerUrl/,
    ],
    [
      "its own workers' program that is not there",
      short,
      { workerUrl: "/none.js" },
      /its program did not load.*workerUrl/,
    ],
  ])("passes on %s", async (_, options, hooks, words) => {
    expect((await session(options, hooks)).error).toMatch(words);
  });

  test("learns by the library, and from a function as text; one as code is refused with the way out", async () => {
    await on(async ({ page }) => {
      const code = (await page.evaluate(
        "page.learnInWorker({ task: 'function', function: (z) => z, coordinates: ['x'], seed: 1, method: 'library' })",
      )) as Session;
      expect(code.error).toMatch(
        /^InputError: the options cannot be sent to a worker .*give functions and dynamics as text/,
      );
    });
    const text = await session({ task: "function", function: "x^2+y^2", seed: 1, method: "library" });
    expect(text.record?.formulas?.map(({ reads }) => reads)).toEqual(["y ∂x - x ∂y"]);
  });
});
