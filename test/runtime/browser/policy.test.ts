import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { RunRecord } from "../../../src/report/run.js";
import { inChromium } from "./suite.js";

/** Neural, and over in a moment on the slowest engines too. */
const tiny = { task: "function", function: "x^2+y^2", seed: 1, steps: 3, width: 16, workers: 2, generators: 2 };
const WASM = "/tfjs-backend-wasm-simd.wasm";
const wasm = readFileSync("node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
const policy = (text: string): { headers: Readonly<Record<string, string>> } => ({
  headers: { "Content-Security-Policy": text },
});
const served = (type: string, bytes: Uint8Array): { files: Map<string, { type: string; bytes: Uint8Array }> } => ({
  files: new Map([[WASM, { type, bytes }]]),
});

inChromium("Chromium, what a server sends and forbids", ({ on }) => {
  const learned = (
    options: object,
    other: Parameters<typeof on>[1],
    adapter: object = {},
  ): Promise<RunRecord | string> =>
    on(async ({ call }) => (await call("learn", { ...tiny, ...options }, adapter)) as RunRecord | string, other);

  test("where a policy forbids to compile WebAssembly, learning goes on in plain TypeScript and JavaScript, and says why", async () => {
    const { engine, generators } = (await learned({}, policy("script-src 'self'"))) as RunRecord;
    expect([engine.network, engine.kernels, generators.length]).toEqual(["cpu", "oracle", 2]);
    expect(engine.passedOver).toEqual([
      { engine: "webgpu", reason: expect.stringMatching(/no WebGPU adapter/) },
      {
        engine: "wasm",
        reason: expect.stringMatching(/Content Security policy.*; allow 'wasm-unsafe-eval' in the page's/),
      },
      { engine: "simd", reason: expect.stringMatching(/Content Security policy.*'wasm-unsafe-eval'/) },
    ]);
  }, 900_000);
  test("an engine asked for by name is an error there", async () => {
    expect(await learned({ backend: "wasm" }, policy("script-src 'self'"))).toMatch(
      /^InputError: --backend wasm: .*allow 'wasm-unsafe-eval'.*use --backend cpu or auto$/,
    );
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:", {}],
    // Threads of tfjs, off for this, would be blobs' scripts, and it would wait for them for ever
    [
      "script-src 'self' 'wasm-unsafe-eval'",
      { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    ],
  ])("%s is enough for WebAssembly, with %j too", async (text, headers) => {
    await on(
      async ({ call, complaints }) => {
        const record = (await call("learn", { ...tiny, backend: "wasm" })) as RunRecord;
        expect(record.engine).toEqual({ network: "wasm", kernels: "simd", passedOver: [] });
        expect(complaints).toEqual([]);
      },
      { headers: { "Content-Security-Policy": text, ...headers } },
    );
  });

  test("a .wasm file of the wrong MIME type runs, at the cost of a second fetch", async () => {
    const record = (await learned({ backend: "wasm" }, served("text/plain", wasm))) as RunRecord;
    expect(record.engine.network).toBe("wasm");
  });
  test.each<[string, Parameters<typeof on>[1], RegExp]>([
    ["that is not there", { without: [WASM] }, /status.*looked for at http:\S+\/: copy them there, or say by wasmPath/],
    [
      "that is a page",
      served("text/html", Buffer.from("<!doctype html>")),
      /MIME type.*looked for at http:\S+\/: copy/,
    ],
    ["cut short", served("application/wasm", wasm.subarray(0, 9999)), /extends past end of the module/],
    ["of nothing", served("application/wasm", new Uint8Array()), /CompileError/],
  ])("a .wasm file %s is an error that says so", async (_, other, words) => {
    const said = await learned({ backend: "wasm" }, other);
    expect(said).toMatch(/^InputError: --backend wasm: .*; use --backend cpu or auto$/);
    expect(said).toMatch(words);
  });

  const unloaded = /its program did not load: serve liefield's worker\.js .* ask for workers: 0/;
  test.each<[string, Parameters<typeof on>[1], object, RegExp]>([
    ["is not there", { without: ["/worker.js"] }, {}, unloaded],
    ["is forbidden", policy("worker-src 'none'"), {}, unloaded],
    ["is named wrongly", undefined, { workerUrl: "/none.js" }, unloaded],
    [
      "is another server's",
      undefined,
      { workerUrl: "http://localhost:1/w.js" },
      /InputError: no worker can be started .* workers: 0/,
    ],
  ])("a worker's program that %s is an error that says what to do", async (_, other, adapter, words) => {
    expect(await learned({ task: "kdv", method: "library" }, other, adapter)).toMatch(words);
  });
});
