import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import type { WorkerReply } from "../../src/engine/adapter.js";
import { InputError } from "../../src/engine/error.js";

const adapter = nodeAdapter({ workerUrl: pathToFileURL("test/fixtures/worker.mjs") });
let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "liefield-adapter-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe("reading", () => {
  test("gives the whole file, up to the limit and not beyond", async () => {
    const path = join(directory, "four");
    writeFileSync(path, "abcd");
    expect([...(await adapter.readFile(path, 4))]).toEqual([97, 98, 99, 100]);
    await expect(adapter.readFile(path, 3)).rejects.toThrow(/has 4 bytes, above the limit of 3/);
  });
  test("refuses what is not an ordinary file", async () => {
    await expect(adapter.readFile(directory, 10)).rejects.toThrow(InputError);
    await expect(adapter.readFile("/dev/null", 10)).rejects.toThrow(/is not a file/);
  });
  test("by slices gives them wherever they lie, and says where a file has become shorter", async () => {
    const path = join(directory, "slices");
    writeFileSync(path, "abcdef");
    const source = await adapter.openRead!(path);
    expect([source.size, ...(await source.read(4, 2)), ...(await source.read(0, 1))]).toEqual([6, 101, 102, 97]);
    await expect(source.read(5, 2)).rejects.toThrow(/ends after 6 bytes; copy or write it again/);
    await source.close();
    await expect(adapter.openRead!(directory)).rejects.toThrow(/is not a file/);
    await expect(adapter.openRead!(join(directory, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });
  test("passes on the runtime's error for a missing file", async () => {
    await expect(adapter.readFile(join(directory, "none"), 10)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("atomic writing", () => {
  test("replaces the old file and leaves nothing else behind", async () => {
    const own = mkdtempSync(join(directory, "own-"));
    await adapter.writeAtomic(join(own, "a"), "old");
    await adapter.writeAtomic(join(own, "a"), Uint8Array.of(110, 101, 119));
    expect(readFileSync(join(own, "a"), "utf8")).toBe("new");
    expect(readdirSync(own)).toEqual(["a"]);
  });
  test("many writers of one file end with one of their files, whole", async () => {
    const own = mkdtempSync(join(directory, "many-"));
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => adapter.writeAtomic(join(own, "a"), text)));
    expect(texts).toContain(readFileSync(join(own, "a"), "utf8"));
    expect(readdirSync(own)).toEqual(["a"]);
  });
  test("a failed rename removes the temporary file", async () => {
    const own = mkdtempSync(join(directory, "fail-"));
    mkdirSync(join(own, "a"));
    symlinkSync(own, join(own, "loop"));
    await expect(adapter.writeAtomic(join(own, "a"), "x")).rejects.toThrow(/is a directory; name a file/);
    await expect(adapter.writeAtomic(join(own, "b"), { not: "bytes" } as unknown as string)).rejects.toThrow();
    expect(readdirSync(own).sort()).toEqual(["a", "loop"]);
  });
  test("a directory that cannot be written to gives the runtime's error", async () => {
    const own = mkdtempSync(join(directory, "locked-"));
    chmodSync(own, 0o500);
    await expect(adapter.writeAtomic(join(own, "none", "a"), "x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("workers", () => {
  test("answer by id", async () => {
    const worker = adapter.spawnWorker({ module: null })!;
    const replies: WorkerReply[] = [];
    const two = new Promise<void>((resolve) => worker.onReply((reply) => replies.push(reply) === 2 && resolve()));
    worker.post({ id: 3, job: "echo", call: "prepare", key: 0, payload: null }, []);
    worker.post({ id: 4, job: "echo", call: "run", key: 0, payload: "hello" }, []);
    await two;
    await worker.terminate();
    expect(replies).toEqual([
      { id: 3, result: undefined },
      { id: 4, result: "hello" },
    ]);
  });
  test("end by themselves when they are let go, with what they were sent done", async () => {
    const worker = nodeAdapter({ workerUrl: pathToFileURL("dist/adapter/node/worker.js") }).spawnWorker({
      module: null,
    })!;
    const heard: unknown[] = [];
    worker.onReply(({ id }) => heard.push(id));
    const over = new Promise<void>((resolve) => worker.onFailure(({ message }) => resolve(void heard.push(message))));
    worker.post({ id: 7, job: "none", call: "release", key: 0, payload: null }, []);
    worker.end();
    await over;
    expect(heard).toEqual([7, "exit code 0"]); // 1 where it was ended
  });
  test("keep the process alive while they owe an answer, and no longer", () => {
    const script = `
      import { nodeAdapter } from "./dist/adapter/node/adapter.js";
      const url = new URL("./test/fixtures/worker.mjs", ${JSON.stringify(pathToFileURL("./x").href)});
      const worker = nodeAdapter({ workerUrl: url }).spawnWorker({ module: null });
      worker.onReply((reply) => console.log(reply.id));
      worker.post({ id: 1, job: "busy", call: "prepare", key: 0, payload: null }, []);
      worker.post({ id: 2, job: "busy", call: "run", key: 0, payload: 100 }, []);`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 120_000,
    });
    expect(out).toBe("1\n2\n");
  });
});

test("the clock never goes back", () => {
  let last = adapter.now();
  for (let i = 0; i < 1000; i++) {
    const now = adapter.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

describe("WebGPU", () => {
  /** A program that asks for it, in a Node to which the package `webgpu` is what `resolve` says. */
  const asked = (resolve: string): string => {
    const loader = `export function resolve(name, context, next) { if (name !== "webgpu") return next(name, context); ${resolve} }`;
    const url = pathToFileURL("dist/adapter/node/adapter.js");
    const program = `const { nodeAdapter } = await import("${url}"); console.log(await nodeAdapter().openGpu(), typeof globalThis.navigator?.gpu);`;
    const flags = ["--no-warnings", "--experimental-loader", `data:text/javascript,${encodeURIComponent(loader)}`];
    return execFileSync(process.execPath, [...flags, "--input-type=module", "-e", program], {
      encoding: "utf8",
    }).trim();
  };
  const module = (text: string): string =>
    `return { url: "data:text/javascript,${encodeURIComponent(text)}", shortCircuit: true };`;

  test("comes from a package; one that is not installed is named, with what to do", () => {
    expect(asked('throw Object.assign(new Error("none"), { code: "ERR_MODULE_NOT_FOUND" });')).toBe(
      "Node takes WebGPU from the package webgpu, which is not installed; npm install webgpu undefined",
    );
  });
  test("one that does not start is a reason, and leaves nothing behind", () => {
    expect(
      asked(module('export const globals = {}; export const create = () => { throw new Error("no libvulkan"); }')),
    ).toBe("Node takes WebGPU from the package webgpu, which does not start here (no libvulkan) undefined");
  });
  test("one that starts is navigator.gpu, and its names are global", () => {
    expect(asked(module("export const globals = { GPUBuffer: class {} }; export const create = () => ({});"))).toBe(
      "null object",
    );
  });
});
