import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { expect, test } from "@jest/globals";
import type { RunRecord } from "../../../src/report/run.js";
import { ended } from "../runtime.js";
import { document, type Files } from "./site.js";
import { inChromium } from "./suite.js";

const types: Readonly<Record<string, string>> = { ".js": "text/javascript", ".wasm": "application/wasm" };

async function byVite(): Promise<Files> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-vite-"));
  try {
    const { code, stdout, stderr } = await ended(process.execPath, ["test/runtime/browser/vite.mjs", directory]);
    expect([code, stdout + stderr]).toEqual([0, ""]); // no warning either
    const paths = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = paths.map(({ parentPath, name }) => join(parentPath, name));
    return new Map([
      ["/page.html", document("./page.js")],
      ...files.map((path) => {
        const file = { type: types[extname(path)] ?? "text/plain", bytes: readFileSync(path) };
        return [path.slice(directory.length), file] as const;
      }),
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const tiny = { task: "function", function: "x^2+y^2", seed: 1, steps: 3, width: 16, generators: 2, backend: "wasm" };

inChromium(
  "A page built by Vite",
  ({ on, requests }) => {
    test("has the workers, the learner and tfjs's .wasm file where they are asked for, with nothing to set", async () => {
      await on(async ({ call, complaints }) => {
        const direct = (await call("learn", { ...tiny, workers: 2 })) as RunRecord;
        const { record } = (await call("learnInWorker", { ...tiny, workers: 2 })) as { record: RunRecord };
        for (const { engine } of [direct, record])
          expect(engine).toEqual({ network: "wasm", kernels: "simd", passedOver: [] });
        expect(complaints).toEqual([]);
      });
      for (const file of [
        /^\/assets\/worker-.*\.js$/,
        /^\/assets\/learner-.*\.js$/,
        /^\/assets\/tfjs-.*-simd-.*\.wasm$/,
      ])
        expect(requests().own).toContainEqual(expect.stringMatching(file));
      expect(requests().foreign).toEqual([]);
    }, 900_000);
  },
  byVite,
);
