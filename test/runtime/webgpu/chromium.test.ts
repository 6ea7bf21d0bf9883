import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CHROMIUM } from "../programs.js";
import { type Opened, open } from "./page.js";
import { expectations, type Said, suite } from "./said.js";

interface Answer {
  readonly result?: Said;
  readonly error?: string;
}

suite("WebGPU in Chromium, on SwiftShader", [CHROMIUM], () => {
  let opened: Opened;
  let numbers: Said;
  beforeAll(async () => {
    opened = await open("test/runtime/webgpu/browser.mjs");
    const inWorker = (): Promise<Answer> =>
      new Promise((resolve) => {
        const worker = new Worker("/main.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ error: message });
      });
    const { result, error } = await opened.page.evaluate(inWorker);
    if (!result) throw new Error(error);
    numbers = result;
  }, 900_000);
  afterAll(() => opened?.close());
  expectations(() => numbers, /swiftshader/);
});

suite("a GPU process that dies in Chromium", [CHROMIUM], () => {
  test("the run goes on from the step it was at, on wasm", async () => {
    const { browser, page, close } = await open("test/runtime/webgpu/dying.mjs");
    try {
      const run = page.evaluate(async () => (await import("/main.js" as string)).run());
      const step = (): Promise<number> => page.evaluate(() => (globalThis as { step?: number }).step ?? 0);
      while ((await step()) < 8) await new Promise((resolve) => setTimeout(resolve, 20));
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      process.kill(processInfo.find(({ type }) => type === "GPU")!.id, "SIGKILL");
      const { engine, warnings, apart } = await run;
      expect(engine).toMatchObject({ network: "wasm", switched: { from: "webgpu", to: "wasm" } });
      expect(engine.switched.step).toBeGreaterThanOrEqual(8);
      expect(engine.switched.step).toBeLessThan(60);
      expect(warnings).toEqual([expect.stringContaining(`after training step ${engine.switched.step} (`)]);
      expect(apart).toBeLessThan(0.01); // two engines and 60 steps of Adam measure 5e-4; eight steps lost, 3.8
    } finally {
      await close();
    }
  }, 900_000);
});
