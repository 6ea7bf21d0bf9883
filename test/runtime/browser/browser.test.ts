import { expect, test } from "@jest/globals";
import { differing, ended, type Numbers, numbers } from "../runtime.js";
import { inChromium } from "./suite.js";

const here = (options: object): string[] => ["test/runtime/main.mjs", JSON.stringify(options)];
const threads = (workers: number): object => ({ learn: { backend: "wasm", workers }, simulate: { workers } });
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

inChromium("Chromium", ({ on, requests }) => {
  test("on a page gives Node's numbers bit for bit: kernels, simulation, library, forty steps of training", async () => {
    const [node, [about, own]] = await Promise.all([
      numbers(process.execPath, here(threads(2))),
      on(async ({ call, complaints }) => {
        const out = [await call("about"), (await call("run", threads(2))) as Numbers] as const;
        expect(complaints).toEqual([]);
        return out;
      }),
    ]);
    expect(about).toEqual({
      runtime: expect.stringMatching(/^chromium \d+$/),
      cores: expect.any(Number),
      isolated: false,
    });
    expect([own.engine, own["learn.engine"]]).toEqual(["simd", "wasm simd"]);
    expect(Object.keys(own).length).toBeGreaterThan(200);
    expect(differing(own, node)).toEqual([]);
  }, 900_000);

  test("learns KdV whole in a Web Worker with workers of its own: Node's count, formulas and angles, in 1.5 times its time", async () => {
    const options = { ...threads(2), parts: ["full"] };
    let ratio = Number.POSITIVE_INFINITY;
    for (let attempt = 0; ratio > 1.5 && attempt < 3; attempt++) {
      const { seconds, stdout, stderr } = await ended(process.execPath, here(options)); // one after the other: each alone on the cores
      expect(stderr).toBe("");
      const node = JSON.parse(stdout) as Numbers;
      const start = performance.now();
      const own = await on(async ({ call, complaints }) => {
        const out = (await call("runInWorker", options)) as Numbers;
        expect(complaints).toEqual([]);
        return out;
      });
      ratio = (performance.now() - start) / 1000 / seconds; // from outside: start and loading included on both sides
      expect([own["full.count"], own["full.countIs"]]).toEqual([3, "exact"]);
      expect(own["full.formulas"]).toEqual(node["full.formulas"]);
      expect(Math.max(...(own["full.angles"] as number[]))).toBeLessThan(1.5); // degrees, to what is known: 0.67 measured
      expect(differing(own, node)).toEqual([]);
    }
    expect(ratio).toBeLessThanOrEqual(1.5);
  }, 900_000);

  test("gives the same numbers where the page is isolated from other origins", async () => {
    const options = { ...threads(2), parts: ["learn"] };
    const plain = await on(async ({ call }) => (await call("run", options)) as Numbers);
    const isolated = await on(
      async ({ call }) => {
        expect(await call("about")).toMatchObject({ isolated: true });
        return (await call("run", options)) as Numbers;
      },
      { headers: isolation },
    );
    expect(differing(plain, isolated)).toEqual([]);
  }, 900_000);

  test("has asked for nothing but the site's own files", () => {
    const { own, foreign } = requests();
    expect(own).toEqual(expect.arrayContaining(["/page.js", "/worker.js", "/tfjs-backend-wasm-simd.wasm"]));
    expect(foreign).toEqual([]);
  });
});
