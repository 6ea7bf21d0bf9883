/** How kernels come into a runtime, and what is said where they do not: real bytes, servers and runtimes wherever there are any. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { chooseKernels } from "../../src/engine/engines.js";
import { InputError } from "../../src/engine/error.js";
import { Arena } from "../../src/engine/simd/arena.js";
import { exported, VERSION } from "../../src/engine/simd/exports.js";
import { kernelModule } from "../../src/engine/simd/module.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { learn } from "../../src/learn.js";
import { type BuildName, bytesOf, distance, ofBuilds, relaxedRefused } from "./build.js";

const release = bytesOf("release");
const sphere = { task: "function", function: "x^2 + y^2", method: "library", seed: 1, workers: 0 } as const;
const folder = mkdtempSync(join(tmpdir(), "liefield-loading-"));
afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => void jest.restoreAllMocks());

/** The message of the InputError that `work` fails with. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (e: Error) => e,
  );
  if (!(error instanceof InputError)) throw error;
  return error.message;
}

/** The built program in a Node with flags of its own. */
function program(flags: readonly string[], ...args: string[]): Promise<{ code: number; out: string; words: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, "dist/cli/main.js", ...args], (error, out, words) =>
      resolve({ code: error ? Number(error.code) : 0, out, words }),
    );
  });
}

/** A transform that every engine must make of itself: it computes. */
async function transforms(module: WebAssembly.Module): Promise<boolean> {
  const kernels = await simdKernels(module);
  const out = new Float64Array(10);
  kernels.rfft(8, Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0), out);
  return distance(out, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]) < 1e-15; // a unit impulse: ones, exactly but for rounding
}

describe("kernels that come over the network", () => {
  const answers: Readonly<Record<string, readonly [type: string | null, body: Uint8Array | string]>> = {
    "/typed.wasm": ["application/wasm", release],
    "/untyped.wasm": [null, release],
    "/octets.wasm": ["application/octet-stream", release],
    "/page.wasm": ["text/html; charset=utf-8", "<!doctype html><title>An app</title>"],
    "/text.wasm": ["application/wasm", "not a module"],
    "/empty.wasm": ["application/wasm", ""],
    "/short.wasm": ["application/wasm", release.slice(0, 20_000)],
  };
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer(({ url }, reply) => {
      const [type, body] = answers[url!] ?? ["text/plain", "missing"];
      if (url === "/broken.wasm") {
        reply.writeHead(200, { "content-type": "application/wasm", "content-length": release.length });
        reply.write(release.slice(0, 20_000), () => setTimeout(() => reply.destroy(), 20));
        return;
      }
      reply.writeHead(answers[url!] ? 200 : 404, type === null ? {} : { "content-type": type });
      reply.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test.each(["/typed.wasm", "/untyped.wasm", "/octets.wasm"])("%s runs, whatever its type", async (path) => {
    expect(await transforms(await kernelModule(fetch(base + path)))).toBe(true);
  });

  test.each([
    ["/page.wasm", /^36 bytes of text\/html; charset=utf-8 came from http.*\/page\.wasm, no .*as application\/wasm$/],
    ["/text.wasm", /^12 bytes of application\/wasm came from .*no WebAssembly module; serve "liefield\/kernels\.wasm"/],
    ["/empty.wasm", /^0 bytes of application\/wasm came/],
    ["/short.wasm", /^20000 bytes are no valid WebAssembly module \(.+\): they are cut short or damaged/],
    ["/broken.wasm", /broken\.wasm broke off \(.+\); fetch them again/],
    ["/none.wasm", /did not come from .*none\.wasm: status 404; check the address/],
  ])("%s is refused with what came and what is needed", async (path, message) => {
    expect(await refusal(kernelModule(fetch(base + path)))).toMatch(message);
  });

  test("a server that is not there, and a response that was read before", async () => {
    expect(await refusal(kernelModule(fetch("http://127.0.0.1:1/kernels.wasm")))).toMatch(/did not come \(.*fetch.*\)/);
    const once = await fetch(`${base}/typed.wasm`);
    await once.arrayBuffer();
    expect(await refusal(kernelModule(once))).toMatch(/broke off \(.*\); fetch them again, each response once/);
  });
});

describe("bytes", () => {
  test("of every build become a module that computes, and only the relaxed one says it is", async () => {
    const made = ofBuilds(async (name) => {
      const module = await kernelModule(bytesOf(name));
      expect(await transforms(module)).toBe(true);
      return (await simdKernels(module)).engine;
    });
    const engines = await Promise.all(made.map(async ([, engine]) => await engine));
    expect(engines).toEqual(["simd", "simd", ...(relaxedRefused === null ? ["relaxed"] : [])]);
  });

  test("may lie in the middle of a larger buffer, or be an ArrayBuffer", async () => {
    const around = new Uint8Array(release.length + 20);
    around.set(release, 7);
    expect(await transforms(await kernelModule(around.subarray(7, 7 + release.length)))).toBe(true);
    expect(await transforms(await kernelModule(release.slice().buffer))).toBe(true);
  });

  test.each([0, 4, 7])("cut after %i of the first eight are foreign", async (length) => {
    expect(await refusal(kernelModule(release.subarray(0, length)))).toBe(
      `${length} bytes that are no WebAssembly module came; pass those of "liefield/kernels.wasm"`,
    );
  });

  test("cut anywhere are refused: inside a section as cut, between sections as another module", async () => {
    const lengths = [8, 9, 20, 1000, release.length >> 1, release.length - 1, release.length - 100];
    for (const length of lengths)
      expect(await refusal(kernelModule(release.subarray(0, length)))).toMatch(
        length === 8 ? /not the kernels: it imports no memory/ : /cut short or damaged; pass those/,
      );
  });

  test("with a damaged type are refused", async () => {
    const type = release.slice();
    type[10] = type[10]! ^ 0x40; // in the first function's type
    expect(await refusal(kernelModule(type))).toMatch(/cut short or damaged/);
  });

  test("are told from what is none of the three that kernels are made from", async () => {
    for (const [wrong, name] of [
      ["kernels.wasm", "String"],
      [new URL("file:///kernels.wasm"), "URL"],
      [null, "Null"],
      [[...release.slice(0, 4)], "Array"],
    ] as const)
      expect(await refusal(kernelModule(wrong as never))).toBe(
        `kernels are made from a Response, bytes or a WebAssembly.Module, but ${name} came; pass one of them, such as what fetch gives for "liefield/kernels.wasm"`,
      );
  });
});

describe("another module", () => {
  const tfjs = readFileSync("node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm");
  const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const name = (text: string): number[] => [text.length, ...[...text].map((c) => c.charCodeAt(0))];
  const importing = (field: string, ...kind: number[]): Uint8Array<ArrayBuffer> => {
    const body = [1, ...name("env"), ...name(field), ...kind];
    return Uint8Array.from([...HEADER, 2, body.length, ...body]);
  };

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ["tfjs's", new Uint8Array(tfjs), /not the kernels: it imports .+ \(function\)/],
    ["an empty one", Uint8Array.from(HEADER), /it imports no memory env\.memory/],
    [
      "one with a memory but no functions",
      importing("memory", 2, 0, 1),
      /does not export __heap_base, .* and \d+ more/,
    ],
    ["one whose memory is a number", importing("memory", 3, 0x7f, 0), /it imports env\.memory \(global\)/],
    ["one that wants more", importing("table", 1, 0x70, 0, 0), /it imports env\.table \(table\)/],
  ])("%s is refused, as bytes and compiled, by every entrance", async (_, bytes, message) => {
    expect(await refusal(kernelModule(bytes))).toMatch(message);
    const module = await WebAssembly.compile(bytes);
    expect(await refusal(kernelModule(module))).toMatch(message);
    expect(await refusal(simdKernels(module))).toMatch(message);
    expect(await refusal(learn({ ...sphere, kernels: module }, nodeAdapter()))).toMatch(message);
  });

  test("kernels of another version are refused before they are called", async () => {
    const body = Buffer.from([4, 0, 0x41, VERSION, 0x0b]); // () → i32.const VERSION
    const at = Buffer.from(release).indexOf(body);
    expect([at > 0, Buffer.from(release).indexOf(body, at + 1)]).toEqual([true, -1]); // there is one such function
    const older = release.slice();
    older[at + 3] = VERSION - 1;
    expect(await refusal(simdKernels(await kernelModule(older)))).toMatch(
      `these kernels are of version ${VERSION - 1}, but version ${VERSION} is expected`,
    );
  });

  test("the list of exports is what the builds export, name for name", () => {
    for (const [, exports] of ofBuilds((build: BuildName) =>
      WebAssembly.Module.exports(new WebAssembly.Module(bytesOf(build))),
    )) {
      const found = exports.filter((e) => e.name !== "memory").map((e) => [e.name, e.kind] as const);
      expect(Object.fromEntries(found)).toEqual(exported);
    }
  });
});

describe("where a policy blocks compilation", () => {
  const blocked = createContext({}, { codeGeneration: { wasm: false, strings: false } });
  const theirs = runInContext("WebAssembly", blocked) as typeof WebAssembly;

  test("bytes are refused with the way out, auto takes the oracle, and a compiled module still runs", async () => {
    const module = await kernelModule(release);
    jest.replaceProperty(globalThis, "WebAssembly", theirs);
    const message =
      /^this runtime lets no bytes be compiled to WebAssembly \(.*disallowed.*\); pass the compiled module of "liefield\/kernels\.wasm" as kernels, or allow 'wasm-unsafe-eval'/;
    expect(await refusal(kernelModule(release))).toMatch(message);
    expect(await refusal(chooseKernels("simd"))).toMatch(/^kernels simd: this runtime lets no bytes be compiled/);
    if (relaxedRefused === null)
      await expect(chooseKernels("relaxed")).rejects.toThrow('module of "liefield/kernels.relaxed.wasm" as kernels');
    const { kernels, module: none, passedOver } = await chooseKernels();
    expect([kernels.engine, none, passedOver.map(({ engine }) => engine)]).toEqual(["oracle", null, ["simd"]]);
    expect(passedOver[0]!.reason).toMatch(message);
    expect((await chooseKernels(module)).kernels.engine).toBe("simd");
    expect(await transforms(module)).toBe(true);
  });
});

describe("without SIMD", () => {
  const NONE = 'this runtime runs no SIMD WebAssembly; only kernels "oracle", plain TypeScript, run here';
  const flag = "--no-enable-ssse3"; // V8 then has no vectors at all
  const x64 = process.arch === "x64" ? test : test.skip; // elsewhere V8 has no such flag

  test("bytes and engines by name are refused, auto takes the oracle and keeps the reason", async () => {
    jest.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(await refusal(kernelModule(release))).toBe(NONE);
    expect(await refusal(chooseKernels("simd"))).toBe(`kernels simd: ${NONE}`);
    expect(await refusal(chooseKernels("relaxed"))).toBe(`kernels relaxed: ${NONE}`);
    const { record } = await learn(sphere, nodeAdapter());
    expect(record.engine.kernels).toBe("oracle");
    expect(record.engine.passedOver).toContainEqual({ engine: "simd", reason: NONE });
    expect(record.count).toBe(1);
  });

  test("nor any WebAssembly, as in a locked-down browser", async () => {
    jest.replaceProperty(globalThis, "WebAssembly", undefined as unknown as typeof WebAssembly);
    expect(await refusal(kernelModule(release))).toMatch(/^this runtime has no WebAssembly; only kernels "oracle"/);
    expect(await refusal(chooseKernels("relaxed"))).toMatch(/^kernels relaxed: this runtime has no WebAssembly/);
    expect((await chooseKernels()).kernels.engine).toBe("oracle");
  });

  x64("a real such runtime (x64): doctor says so, a run falls back, a name exits 2", async () => {
    const doctor = await program([flag], "doctor", "--json");
    expect(JSON.parse(doctor.out).kernels).toEqual([
      { engine: "simd", available: false, reason: NONE },
      { engine: "relaxed", available: false, reason: NONE },
      { engine: "oracle", available: true, reason: null },
    ]);
    const named = await program([flag], "simulate", "heat", "--kernels", "simd", "--out", join(folder, "none.npz"));
    expect([named.code, named.words]).toEqual([2, `liefield: kernels simd: ${NONE}\n`]);
    const auto = await program([flag], "simulate", "heat", "--trajectories", "2", "--out", join(folder, "auto.npz"));
    expect(auto.code).toBe(0);
  });
});

describe("out of memory", () => {
  const MIB = 2 ** 20;

  test("a request that the runtime does not grant says how much was wanted and takes nothing", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1, maximum: 32 }), 1024); // 2 MiB at most
    const first = arena.room(1000);
    expect(() => arena.room(3 * MIB)).toThrow(
      new InputError(
        "the kernels want 4 MiB of memory, but this runtime gives no more than the 1 MiB they have; take fewer trajectories, points (nx, outputs) or knots, or fewer workers",
      ),
    );
    expect(arena.room(1000) - first).toBe(1008); // right behind the first, as if nothing had been asked
    expect(arena.room(MIB)).toBeLessThan(arena.memory.buffer.byteLength);
  });

  test("a request beyond what the kernels address is refused before the runtime is asked", () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 1 }), 1024);
    const message = /the kernels want 4097 MiB of memory, but they address no more than 2048 MiB; take fewer/;
    expect(() => arena.room(4096 * MIB)).toThrow(message);
    expect(arena.memory.buffer.byteLength).toBe(65536);
  });

  test("an engine goes on after a call that did not fit", async () => {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 32 });
    jest.spyOn(WebAssembly, "Memory").mockImplementation(() => memory);
    const kernels = await simdKernels(await kernelModule(release));
    const n = 2 ** 18; // 2 MiB of numbers
    expect(() => kernels.rfft(n, new Float64Array(n), new Float64Array(n + 2))).toThrow(/want \d+ MiB of memory/);
    const out = new Float64Array(10);
    kernels.rfft(8, Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0), out);
    expect(distance(out, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0])).toBeLessThan(1e-15);
  });

  // V8's own limit of pages: 17 are one more than the kernels start with, 8 too few for that
  test.each(["0", "2"])("a real runtime that gives too little exits 2, with %s workers", async (workers) => {
    const size = ["--nx", "16384", "--trajectories", "4", "--time", "0.001", "--outputs", "2"];
    const args = ["simulate", "kdv", ...size, "--workers", workers, "--out", join(folder, "none.npz")];
    const { code, words } = await program(["--wasm-max-mem-pages=17"], ...args);
    expect(code).toBe(2);
    expect(words).toMatch(
      /liefield: the kernels want \d+ MiB of memory, but this runtime gives no more than the \d+ MiB/,
    );
  });

  test("a real runtime without the first MiB: auto takes the oracle, a name exits 2", async () => {
    const few = ["--wasm-max-mem-pages=8"];
    const want = /^the kernels want 1 MiB to start with and did not get it \(.+\); take fewer workers/;
    const doctor = JSON.parse((await program(few, "doctor", "--json")).out);
    expect(doctor.kernels[0]).toEqual({ engine: "simd", available: false, reason: expect.stringMatching(want) });
    const named = await program(few, "simulate", "heat", "--kernels", "simd", "--out", join(folder, "none.npz"));
    expect([named.code, named.words.startsWith("liefield: kernels simd: the kernels want 1 MiB")]).toEqual([2, true]);
  });
});
