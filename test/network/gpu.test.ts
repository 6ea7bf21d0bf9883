import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, jest, test } from "@jest/globals";
import { chooseBackend, describeBackends } from "../../src/network/backend.js";
import { describeAdapter } from "../../src/network/gpu.js";
import { DeviceLost, Loss } from "../../src/network/loss.js";
import { withGpu } from "./navigator.js";

const adapter = (info: object, fallback?: boolean): GPUAdapter =>
  ({ info, ...(fallback === undefined ? {} : { isFallbackAdapter: fallback }) }) as unknown as GPUAdapter;

/** What adapters say of themselves, as read in these runtimes; the graphics cards are made up in their manner. */
const heard: readonly (readonly [string, object, string, boolean])[] = [
  [
    "Dawn's SwiftShader",
    { vendor: "google", architecture: "swiftshader", device: "swiftshader-device-subzero-", description: "SwiftShader driver 5.0.0" }, // biome-ignore format: as it comes
    "SwiftShader driver 5.0.0 (google swiftshader)",
    true,
  ],
  [
    "Chromium's SwiftShader, two words only",
    { vendor: "google", architecture: "swiftshader", device: "", description: "" },
    "google swiftshader",
    true,
  ],
  [
    "Deno's lavapipe, with numbers for words",
    { vendor: "65541", architecture: "", device: "0", description: "llvmpipe (LLVM 15.0.6, 256 bits)" },
    "llvmpipe (LLVM 15.0.6, 256 bits)",
    true,
  ],
  [
    "Windows without a driver",
    { vendor: "microsoft", architecture: "", device: "", description: "Microsoft Basic Render Driver" },
    "Microsoft Basic Render Driver (microsoft)",
    true,
  ],
  ["an unknown one that calls itself a fallback", { vendor: "acme", isFallbackAdapter: true }, "acme", true],
  [
    "a card",
    { vendor: "nvidia", architecture: "hopper", device: "", description: "NVIDIA H100", isFallbackAdapter: false },
    "NVIDIA H100 (nvidia hopper)",
    false,
  ],
  ["a card in a browser", { vendor: "apple", architecture: "metal-3" }, "apple metal-3", false],
];

describe("an adapter", () => {
  test.each(heard)("%s", (_, info, name, software) => {
    expect(describeAdapter(adapter(info))).toEqual({ name, software });
  });
  test("says so by a flag of its own in older runtimes, and may say nothing at all", () => {
    expect(describeAdapter(adapter({ vendor: "acme" }, true)).software).toBe(true);
    expect(describeAdapter({} as GPUAdapter)).toEqual({ name: "unnamed adapter", software: false });
  });
});

describe("auto", () => {
  test("passes over a software adapter before a device is made, and says its name", async () => {
    const requestDevice = jest.fn();
    withGpu({ requestAdapter: async () => ({ ...adapter(heard[0]![1]), requestDevice }) });
    const { engine, passedOver } = await chooseBackend("auto");
    expect(engine).toBe("wasm");
    expect(passedOver).toEqual([{ engine: "webgpu", reason: expect.stringMatching(/^software adapter: SwiftShader/) }]);
    expect(requestDevice).not.toHaveBeenCalled();
  });
  test("takes no WebGPU from a package, and says that it is there by name", async () => {
    withGpu(undefined);
    const openGpu = jest.fn(async () => null);
    const { engine, passedOver } = await chooseBackend("auto", { openGpu });
    expect(openGpu).not.toHaveBeenCalled();
    expect([engine, passedOver[0]!.reason]).toEqual(["wasm", expect.stringContaining("asked for by name")]);
  });
});

test("by name the package is asked, and its reason is the one given", async () => {
  withGpu(undefined);
  const openGpu = async () => "the package is not installed";
  await expect(chooseBackend("webgpu", { openGpu })).rejects.toThrow(
    "--backend webgpu: the package is not installed; use --backend wasm or auto",
  );
  expect((await describeBackends({ openGpu }))[0]).toEqual({
    engine: "webgpu",
    available: false,
    reason: "the package is not installed",
  });
});

/** A device whose end the test brings about. */
function device() {
  let lose: (info: { reason: string; message: string }) => void = () => {};
  const listeners: ((event: { error: { message: string } }) => void)[] = [];
  const made = {
    lost: new Promise<{ reason: string; message: string }>((resolve) => {
      lose = resolve;
    }),
    addEventListener: (_: string, listener: (typeof listeners)[number]) => listeners.push(listener),
  };
  return {
    loss: new Loss(made),
    lose: () => lose({ reason: "unknown", message: "the driver\nstarted anew" }),
    fail: (message: string) => {
      for (const listener of listeners) listener({ error: { message } });
    },
  };
}

describe("a loss", () => {
  const REASON = "unknown: the driver started anew";
  test("lets work through that ends before it", async () => {
    expect(await device().loss.within(async () => 7)).toBe(7);
  });
  test("ends the wait for an answer that never comes", async () => {
    const { loss, lose } = device();
    const waiting = loss.within(() => new Promise(() => {}));
    lose();
    await expect(waiting).rejects.toEqual(new DeviceLost(REASON));
    expect(loss.reason).toBe(REASON);
  });
  test("is the cause of an error that comes a little earlier", async () => {
    const { loss, lose } = device();
    const failing = loss.within(() => Promise.reject(new Error("mapAsync: AbortError")));
    setTimeout(lose, 20);
    await expect(failing).rejects.toEqual(new DeviceLost(REASON));
  });
  test("does not claim other errors", async () => {
    await expect(device().loss.within(() => Promise.reject(new RangeError("mine")))).rejects.toEqual(
      new RangeError("mine"),
    );
  });
  test("once it came, no further work begins", async () => {
    const { loss, lose } = device();
    lose();
    await new Promise((resolve) => setTimeout(resolve));
    const work = jest.fn(async () => 1);
    await expect(loss.within(work)).rejects.toBeInstanceOf(DeviceLost);
    expect(work).not.toHaveBeenCalled();
  });
  test("memory that ran out, which tfjs does not notice, is one too", async () => {
    const { loss, fail } = device();
    const waiting = loss.within(() => new Promise(() => {}));
    fail("out of memory");
    await expect(waiting).rejects.toEqual(new DeviceLost("out of memory"));
  });
});

test("no source reads a tensor synchronously: on webgpu that throws, or answers zeros", () => {
  const files = (readdirSync("src", { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));
  const code = (path: string): string =>
    readFileSync(`src/${path}`, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ");
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((path) => /\b(dataSync|arraySync|readSync|bufferSync)\b/.test(code(path)))).toEqual([]);
});
