import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DENO } from "../programs.js";
import { asked, differing, ended, type Numbers, numbers, suite } from "../runtime.js";

const found = asked(DENO, ["--version"]);
const granted = ["run", "--no-prompt", "--allow-read=dist,node_modules"]; // all that learning needs
const options = { learn: { backend: "wasm", workers: 2 }, simulate: { workers: 2 } };
const here = (more: object): string[] => ["test/runtime/main.mjs", JSON.stringify({ ...options, ...more })];

suite("Deno", "missing" in found ? found.missing : null, () => {
  test("gives Node's numbers bit for bit: kernels, simulation, library, forty steps of training", async () => {
    const [node, own] = await both({});
    expect(own.runtime).toMatch(/^deno 2\.\d+\.\d+$/);
    expect([own.engine, own["learn.engine"]]).toEqual(["simd", "wasm simd"]);
    expect(Object.keys(own).length).toBeGreaterThan(200);
    expect(differing(own, node)).toEqual([]);
  }, 900_000);

  test("learns KdV whole: Node's count, formulas and angles", async () => {
    const [node, own] = await both({ parts: ["full"] });
    expect([own["full.count"], own["full.countIs"]]).toEqual([3, "exact"]);
    expect(own["full.formulas"]).toEqual(node["full.formulas"]);
    expect(Math.max(...(own["full.angles"] as number[]))).toBeLessThan(1.5); // degrees, to what is known: 0.7 measured
    expect(differing(own, node)).toEqual([]);
  }, 900_000);

  test("needs no permission on one thread, without tfjs's .wasm", async () => {
    const alone = { workers: 0 };
    const own = await numbers(DENO, [
      "run",
      "--no-prompt",
      ...here({ parts: ["kernels", "simulate", "library"], simulate: alone, learn: alone }),
    ]);
    expect(own["library.count"]).toBe(4);
  });

  test("says which permission is missing, in one sentence", async () => {
    const [workers, network] = await Promise.all([
      ended(DENO, ["run", "--no-prompt", ...here({ parts: ["simulate"] })]),
      ended(DENO, ["run", "--no-prompt", ...here({ parts: ["learn"], learn: { ...options.learn, workers: 0 } })]),
    ]);
    expect([workers.code, network.code]).toEqual([1, 1]);
    expect(workers.stderr).toMatch(
      /InputError: Deno may not start workers; run it with --allow-read=\S*\/dist\/, or pass workers: 0/,
    );
    expect(network.stderr).toMatch(
      /InputError: --backend wasm: .*Requires read access to .*tfjs-backend-wasm.* --allow-read/,
    );
  });
});

/** Node's numbers and Deno's, from runs side by side. */
const both = (more: object): Promise<[Numbers, Numbers]> =>
  Promise.all([numbers(process.execPath, here(more)), numbers(DENO, [...granted, ...here(more)])]);

suite("Deno's adapter", "missing" in found ? found.missing : null, () => {
  let directory = "";
  let said: Numbers = {};
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "liefield-deno-"));
    const files = `${directory},/dev/null`;
    said = await numbers(DENO, [
      "run",
      "--no-prompt",
      `--allow-read=${files}`,
      `--allow-write=${directory}`,
      "test/runtime/deno/adapter.mjs",
      directory,
    ]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test("reads the whole file up to the limit, and only ordinary ones", () => {
    expect(said.read).toEqual([97, 98, 99, 100]);
    expect(said.tooLong).toMatch(/^InputError: .* has 4 bytes, above the limit of 3/);
    expect(said.directory).toMatch(/^InputError: .* is not a file/);
    expect(said.device).toMatch(/^InputError: \/dev\/null is not a file/);
    expect(said.missing).toMatch(/^NotFound: /); // Deno's own
  });
  test("reads a file by slices, wherever they lie", () => {
    expect(said.slices).toEqual([4, 99, 100, 97, 98, 99]);
    expect(said.beyond).toMatch(/^InputError: .* ends after 4 bytes/);
    expect(said.directorySource).toMatch(/^InputError: .* is not a file/);
  });
  test("writes whole files and leaves nothing else behind", () => {
    expect(said.written).toEqual(["new", "a"]);
    expect(said.many).toEqual([true, "a", "many"]);
    expect(said.overDirectory).toMatch(/^InputError: .* is a directory; name a file/);
    expect(said.nowhere).toMatch(/^NotFound: /);
    expect(said.left).toEqual(["a", "in", "many"]);
    expect(said.relative).toBe("here");
  });
  test("counts seconds and cores", () => {
    expect(said.passed).toBeGreaterThan(0.015);
    expect(said.passed).toBeLessThan(10);
    expect(said.cores).toBeGreaterThanOrEqual(1);
  });
  test("a worker that dies is heard of, and the program goes on", () => {
    expect(said.failure).toMatch(/gone/);
  });
  test("a file that may not be read or written is an InputError that names the flag", async () => {
    const own = await numbers(DENO, ["run", "--no-prompt", "test/runtime/deno/withheld.mjs"]);
    expect(own).toEqual({
      read: "InputError: Deno may not read a/b.npz; run it with --allow-read=a/b.npz",
      write: "InputError: Deno may not write a/b.npz; run it with --allow-read=a/ --allow-write=a/",
      here: "InputError: Deno may not write b.npz; run it with --allow-read=. --allow-write=.",
    });
  });
});

test("outside Deno its adapter says what to take instead", async () => {
  const { denoAdapter } = await import("../../../src/adapter/deno/adapter.js");
  expect(() => denoAdapter()).toThrow(/this is not Deno; take the adapter of liefield\/node/);
});
