import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../../src/adapter/node/adapter.js";
import { stream } from "../../../src/engine/random.js";
import { simdKernels } from "../../../src/engine/simd/simd.js";
import { encodeFieldFile } from "../../../src/field/fieldfile.js";
import { smoothFields } from "../../../src/field/smooth.js";
import { learn, randomAmounts, readField, resample, simulate, writeField } from "../../../src/index.js";
import { least, milliseconds } from "../../patience.js";
import { suite } from "../runtime.js";
import { peakMemory, type Served, serveFrom, workerdProgram } from "./serve.js";

const found = workerdProgram();
const JSON_TYPE = { "content-type": "application/json" };

/** What the README and the worker say of the largest requests. */
const PROMISED = { seconds: 5, megabytes: 128, coldStart: 1 };

suite("the edge example", "missing" in found ? found.missing : null, () => {
  const home = mkdtempSync(join(tmpdir(), "liefield-edge-"));
  const built = join(home, "exact");
  const served: Served[] = [];
  let field: Uint8Array; // of the library learner: four formulas

  /** Starts the example as built with another field in it. */
  async function started(name: string, bytes: Uint8Array): Promise<Served> {
    if (!("program" in found)) throw new Error(found.missing);
    const directory = join(home, name);
    if (directory !== built) cpSync(built, directory, { recursive: true });
    writeFileSync(join(directory, "field.safetensors"), bytes);
    const one = await serveFrom(found.program, directory);
    served.push(one);
    return one;
  }
  let exact: Served;
  beforeAll(async () => {
    const options = { task: "kdv", seed: 1, method: "library", workers: 0, trajectories: 4 } as const;
    field = writeField(await learn({ ...options, certificate: { controls: 1, stops: [0.1] } }, nodeAdapter()));
    writeFileSync(join(home, "field.safetensors"), field);
    execFileSync(process.execPath, ["examples/edge/build.mjs", join(home, "field.safetensors"), built]);
    exact = await started("exact", field);
  }, 900_000);
  afterAll(async () => {
    await Promise.all(served.map((one) => one.stop()));
    rmSync(home, { recursive: true });
  });

  const send = (path: string, init: RequestInit = {}, to = exact): Promise<Response> =>
    fetch(new URL(path, to.url), init);
  const post = (path: string, body: unknown, to = exact): Promise<Response> =>
    send(path, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) }, to);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at entry by entry
  const answered = async (path: string, body: unknown, to = exact): Promise<any> => {
    const response = await post(path, body, to);
    const text = await response.text();
    expect([response.status, response.ok ? "" : text]).toEqual([200, ""]);
    return JSON.parse(text);
  };

  test("says what it serves", async () => {
    expect(await (await send("/")).json()).toEqual({
      task: "kdv",
      version: expect.any(String),
      coordinates: ["x", "t", "u"],
      verdicts: new Array(4).fill("accepted"),
      limits: { bytes: 2 ** 21, points: 20_000, places: 40_000, flowSteps: 40, augmentSteps: 10 },
    });
  });

  describe("POST /flow", () => {
    const points = Array.from({ length: 20 }, (_, i) => [6 * i, 50 + i, Math.sin(i)]);
    test("moves points along one generator: the boost adds s t and s", async () => {
      const { points: moved, outside } = await answered("/flow", { points, s: 0.1, generator: 3 });
      const exactly = points.map(([x, t, u]) => [x! + 0.1 * t!, t!, u! + 0.1]);
      expect(Math.max(...moved.flat().map((z: number, i: number) => Math.abs(z - exactly.flat()[i]!)))).toBeLessThan(
        1e-12,
      );
      expect(outside).toBe(0);
    });
    test("and along combinations, as Node does, bit for bit", async () => {
      const combination = [3, -2, 0.5, 0.4];
      const { points: moved } = await answered("/flow", { points, s: -0.3, combination });
      const { generators } = readField(field, { kernels: await simdKernels() });
      const here = generators.flow(combination.map((weight) => -0.3 * weight)).move(Float64Array.from(points.flat()));
      expect(moved.flat()).toEqual([...here]);
    });
  });

  describe("POST /augment", () => {
    test("moves a trajectory as Node does, bit for bit: null just where nothing is known", async () => {
      const data = await simulate({ task: "kdv", seed: 3, trajectories: 1, workers: 0 }, nodeAdapter());
      const { nt, nx, t, length, u } = data;
      const rows = Array.from({ length: nt }, (_, j) => Array.from(u.subarray(j * nx, (j + 1) * nx)));
      const request = { u: rows, t: [...t], L: length, seed: 5, reach: 0.01 };
      const answer = await answered("/augment", request);
      const kernels = await simdKernels();
      const { generators } = readField(field, { kernels });
      const amounts = randomAmounts(5, [0.01, 0.01, 0.01, 0.01]);
      const here = resample(kernels, data, generators, amounts);
      expect(answer.amounts).toEqual([...amounts]);
      expect([answer.kept, answer.seam, answer.outside]).toEqual([here.kept, here.seam, here.outside]);
      expect(here.kept).toBeLessThan(1);
      const flat: (number | null)[] = answer.u.flat();
      expect(flat.length).toBe(nt * nx);
      expect(flat.every((value, i) => (here.support[i] === 1 ? value === here.u[i] : value === null))).toBe(true);
    });
    const small = (): Record<string, unknown> => ({
      u: Array.from({ length: 24 }, (_, j) =>
        Array.from({ length: 32 }, (_, i) => Math.sin((Math.PI * i) / 16 - j / 8)),
      ),
      t: Array.from({ length: 24 }, (_, j) => j),
      L: 32,
    });
    test("gives the same bytes for the same seed, others for another; x says what L does", async () => {
      const bytes = async (more: object): Promise<string> => (await post("/augment", { ...small(), ...more })).text();
      const first = await bytes({ seed: 1, reach: 0.05 });
      expect(await bytes({ seed: 1, reach: 0.05 })).toBe(first);
      expect(await bytes({ seed: 2, reach: 0.05 })).not.toBe(first);
      const places = { L: undefined, x: Array.from({ length: 32 }, (_, i) => i) };
      expect(await bytes({ seed: 1, reach: 0.05, ...places })).toBe(first);
    });
    test("draws accepted generators only", async () => {
      const { chart, formulas, ...rest } = readField(field);
      const verdicts = ["accepted", "rejected", "approximate", "accepted"] as const;
      const picky = await started("picky", encodeFieldFile({ ...rest, chart, formulas, verdicts }));
      const { amounts } = await answered("/augment", { ...small(), seed: 1, reach: 0.05 }, picky);
      expect(amounts.map((s: number) => s !== 0)).toEqual([true, false, false, true]);
    });
  });

  describe("refuses, as JSON with a status and one sentence", () => {
    const flow = { points: [[1, 50, 0]], s: 0.1, generator: 1 };
    const row = new Array(8).fill(0);
    const wave = { u: new Array(8).fill(row), t: [0, 1, 2, 3, 4, 5, 6, 7], L: 8, s: 0.1, generator: 1 };
    const asText = (body: string): RequestInit => ({ method: "POST", headers: JSON_TYPE, body });
    const as = (body: unknown): RequestInit => asText(JSON.stringify(body));
    const undeclared = (): RequestInit & { duplex: "half" } => {
      let parts = 48; // of 64 KiB: half as much again as is read
      return {
        method: "POST",
        headers: JSON_TYPE,
        duplex: "half",
        body: new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve)); // else writing could keep the answer from being read
            if (parts-- > 0) controller.enqueue(new Uint8Array(2 ** 16).fill(0x20));
            else controller.close();
          },
        }),
      };
    };
    test.each<[string, string, RequestInit, number, RegExp]>([
      ["another path", "/flows", as(flow), 404, /no \/flows; ask \/, \/flow, \/augment/],
      ["a path from Object.prototype", "/__proto__", as(flow), 404, /no \/__proto__/],
      ["a GET of what is posted", "/flow", {}, 405, /\/flow takes POST, not GET/],
      ["a POST of what is got", "/", as({}), 405, /takes GET, not POST/],
      ["another method", "/flow", { ...as(flow), method: "PUT" }, 405, /not PUT/],
      [
        "another type",
        "/flow",
        { ...as(flow), headers: { "content-type": "text/plain" } },
        415,
        /text\/plain; send .*application\/json/,
      ],
      ["no type", "/flow", { method: "POST", body: new Uint8Array([0x7b, 0x7d]) }, 415, /of no type/],
      ["a body that is declared too long", "/flow", asText(" ".repeat(2 ** 21 + 1)), 413, /more than 2097152 bytes/],
      ["a body that comes too long", "/flow", undeclared(), 413, /more than 2097152 bytes/],
      ["no body", "/flow", { method: "POST", headers: JSON_TYPE }, 400, /not JSON/],
      ["what is not JSON", "/flow", asText("{points:1}"), 400, /not JSON/],
      [
        "what is not UTF-8",
        "/flow",
        { method: "POST", headers: JSON_TYPE, body: Uint8Array.of(0x22, 0xff, 0x22) },
        400,
        /UTF-8/,
      ],
      ["a list", "/flow", as([1]), 400, /no object/],
      ["null", "/flow", as(null), 400, /no object/],
      ["an unknown entry", "/flow", as({ ...flow, limit: 1 }), 400, /"limit" is not known here/],
      [
        "a key from Object.prototype",
        "/flow",
        asText('{"__proto__":{"s":1},"points":[[1,2,3]],"generator":1}'),
        400,
        /"__proto__" is not known/,
      ],
      ["no points", "/flow", as({ s: 1, generator: 1 }), 400, /points is missing/],
      [
        "points of another width",
        "/flow",
        as({ ...flow, points: [[1, 2]] }),
        400,
        /points\[0\] is \[1,2\]; pass rows of 3/,
      ],
      [
        "a point that is no number",
        "/flow",
        as({ ...flow, points: [[1, "2", 3]] }),
        400,
        /points\[0\]\[1\] is "2"; pass a finite number/,
      ],
      [
        "a number beyond all numbers",
        "/flow",
        asText('{"points":[[1e999,0,0]],"s":1,"generator":1}'),
        400,
        /points\[0\]\[0\] is Infinity/,
      ],
      [
        "too many points",
        "/flow",
        as({ ...flow, points: new Array(20_001).fill([1, 2, 3]) }),
        400,
        /20001 rows of 3; pass at most 20000/,
      ],
      ["no s", "/flow", as({ points: flow.points, generator: 1 }), 400, /s is missing/],
      ["no generator", "/flow", as({ points: flow.points, s: 1 }), 400, /pass generator, .* or combination/],
      ["both", "/flow", as({ ...flow, combination: [1, 0, 0, 0] }), 400, /pass generator, .* or combination/],
      ["generator 0", "/flow", as({ ...flow, generator: 0 }), 400, /generator is 0; pass 1 to 4/],
      ["generator 5", "/flow", as({ ...flow, generator: 5 }), 400, /generator is 5; pass 1 to 4/],
      [
        "a weight too few",
        "/flow",
        as({ points: flow.points, s: 1, combination: [1, 0, 0] }),
        400,
        /3 weights; pass 4/,
      ],
      [
        "weights that overflow",
        "/flow",
        as({ points: flow.points, s: 1e300, combination: [1e300, 0, 0, 0] }),
        400,
        /s · combination is Infinity/,
      ],
      [
        "a move too far",
        "/flow",
        as({ ...flow, s: 1e6 }),
        400,
        /takes \d+ steps but 40 are allowed; pass an s of at most [\d.]+ %/,
      ],
      ["u without rows", "/augment", as({ ...wave, u: [] }), 400, /u is \[\]; pass a list of rows/],
      [
        "rows of different lengths",
        "/augment",
        as({ ...wave, u: [...wave.u.slice(1), [0]] }),
        400,
        /u\[7\] is \[0\]; pass rows of 8/,
      ],
      [
        "a place that is null",
        "/augment",
        as({ ...wave, u: [...wave.u.slice(1), [null, ...row.slice(1)]] }),
        400,
        /u\[7\]\[0\] is null/,
      ],
      [
        "too many places",
        "/augment",
        as({ ...wave, u: new Array(5001).fill(row) }),
        400,
        /5001 rows of 8; pass at most 5000/,
      ],
      [
        "too few rows",
        "/augment",
        as({ ...wave, u: wave.u.slice(1), t: wave.t.slice(1) }),
        400,
        /nt = 7 .* at least 8/,
      ],
      [
        "places that no transform takes",
        "/augment",
        as({ ...wave, u: wave.u.map(() => new Array(14).fill(0)) }),
        400,
        /nx = 14 .*2\^a·3\^b·5\^c/,
      ],
      ["t of another length", "/augment", as({ ...wave, t: [1, 2] }), 400, /t has shape \[2\] but \[8\]/],
      ["t that goes back", "/augment", as({ ...wave, t: [0, 1, 2, 3, 4, 5, 6, 5] }), 400, /t must increase/],
      ["neither x nor L", "/augment", as({ ...wave, L: undefined }), 400, /x \[nx\] or the period L/],
      ["a period that is not positive", "/augment", as({ ...wave, L: -8 }), 400, /L must be one positive number/],
      [
        "x that is not uniform",
        "/augment",
        as({ ...wave, L: undefined, x: [0, 1, 2, 3, 4, 5, 6, 9] }),
        400,
        /x must be uniform/,
      ],
      ["a seed and an s", "/augment", as({ ...wave, seed: 1, reach: 1 }), 400, /and seed came; pass one/],
      [
        "a seed without reach",
        "/augment",
        as({ ...wave, s: undefined, generator: undefined, seed: 1 }),
        400,
        /reach is missing/,
      ],
      ["a reach without seed", "/augment", as({ ...wave, reach: 1 }), 400, /reach is for seed/],
      [
        "half a seed",
        "/augment",
        as({ ...wave, s: undefined, generator: undefined, seed: 0.5, reach: 1 }),
        400,
        /seed must be a whole number/,
      ],
      ["a trajectory moved too far", "/augment", as({ ...wave, s: 200 }), 400, /steps but 10 are allowed/],
    ])("%s", async (_, path, init, status, message) => {
      const response = await send(path, init);
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
      expect([response.status, await response.json()]).toEqual([status, { error: expect.stringMatching(message) }]);
      if (status === 405) expect(response.headers.get("allow")).toMatch(/^(GET|POST)$/);
    });
    test("other origins' pages: no preflight, no header that would let them", async () => {
      const origin = { origin: "https://example.org" };
      const asking = {
        ...origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      };
      const preflight = await send("/flow", { method: "OPTIONS", headers: asking });
      const called = await send("/flow", { ...as(flow), headers: { ...JSON_TYPE, ...origin } });
      expect([preflight.status, called.status]).toEqual([405, 200]);
      for (const { headers } of [preflight, called])
        expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    });
    test("a deployment whose field is damaged: the caller learns nothing of it, the log does", async () => {
      const bad = field.slice();
      bad[8]! ^= 1;
      const broken = await started("broken", bad);
      const response = await post("/flow", flow, broken);
      expect([response.status, await response.json()]).toEqual([
        500,
        { error: "an unexpected error; it is in the log" },
      ]);
      for (let i = 0; i < 200 && broken.said() === ""; i++) await new Promise((resolve) => setTimeout(resolve, 50)); // the log may come after the answer
      expect(broken.said()).toMatch(/the binding FIELD cannot be used: the safetensors file is damaged/);
    });
  });

  test("the largest requests keep to the time and memory that are promised, and the worker goes on", async () => {
    const axes = [
      { kind: "periodic", lo: 0, hi: 1, knots: 12 },
      { kind: "open", lo: -0.6, hi: 1.6, knots: 8 },
      { kind: "open", lo: -2, hi: 2, knots: 8 },
    ] as const;
    const shape = { axes, width: 3 };
    const { chart, ...rest } = readField(field);
    const control = smoothFields(shape, 4, stream(1, "edge test"));
    const learned = await started(
      "splines",
      encodeFieldFile({ ...rest, chart, splines: { shape, control }, formulas: [] }),
    );
    const { normal } = stream(2, "edge test");
    const digits = (value: number): number => Number(value.toPrecision(6));
    const [nt, nx] = [156, 256]; // 39 936 places
    const noise = Array.from({ length: nt }, () => Array.from({ length: nx }, () => digits(normal()))); // no solution, the hardest to follow
    const trajectory = { u: noise, t: Array.from({ length: nt }, (_, j) => digits(44 + 0.36 * j)), L: 128 };
    const points = Array.from({ length: 20_000 }, () => [
      digits(64 + 20 * normal()),
      digits(70 + 9 * normal()),
      digits(normal()),
    ]);
    for (const to of [exact, learned]) {
      const before = peakMemory(to.pid);
      const largest = async (path: string, body: object): Promise<number> => {
        const bisected = async (lo: number, hi: number, rounds: number): Promise<number> => {
          if (rounds === 0) return lo;
          const s = (lo + hi) / 2;
          const probe =
            path === "/flow"
              ? { points: [[1, 50, 0]] }
              : { u: new Array(8).fill(new Array(8).fill(0)), t: [0, 1, 2, 3, 4, 5, 6, 7], L: 8 };
          const { status } = await post(path, { ...probe, s, generator: 4 }, to);
          return status === 200 ? bisected(s, hi, rounds - 1) : bisected(lo, s, rounds - 1);
        };
        const s = await bisected(0, 4, 8);
        const whole = async (): Promise<void> => {
          const response = await post(path, { ...body, s, generator: 4 }, to);
          expect([200, 400]).toContain(response.status); // noise may fold, which is found when all work is done
          await response.arrayBuffer();
        };
        return least(PROMISED.seconds, async () => (await milliseconds(whole)) / 1000, 3);
      };
      const seconds = [await largest("/flow", { points }), await largest("/augment", trajectory)];
      expect(Math.max(...seconds)).toBeLessThan(PROMISED.seconds);
      for (let again = 0; again < 4; again++)
        await (await post("/augment", { ...trajectory, s: 0.02, generator: 4 }, to)).arrayBuffer();
      const grown = peakMemory(to.pid) - before; // NaN where the system does not say
      expect(grown >= PROMISED.megabytes).toBe(false);
      expect((await send("/", {}, to)).status).toBe(200);
    }
  }, 900_000);

  test("a cold start, from no process to the first point moved, takes less than a second", async () => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      const cold = await started("cold", field);
      await answered("/flow", { points: [[1, 50, 0]], s: 0.1, generator: 1 }, cold);
      times.push((performance.now() - start) / 1000);
    }
    expect(Math.min(...times)).toBeLessThan(PROMISED.coldStart); // the quickest: other work of the machine is not its own
  });

  test("is below 150 kB gzipped, kernels and all, and has nothing of a network in it", () => {
    const script = readFileSync(join(built, "worker.js"));
    const kernels = readFileSync(join(built, "kernels.wasm"));
    expect(gzipSync(script).length + gzipSync(kernels).length).toBeLessThan(150_000); // 27 + 21 kB as measured
    const { outputs } = JSON.parse(readFileSync(join(built, "meta.json"), "utf8"));
    const [{ inputs }] = Object.values(outputs) as [{ inputs: Record<string, { bytesInOutput: number }> }];
    const used = Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0);
    expect(used.some((path) => path.endsWith("use/resample.js"))).toBe(true);
    expect(
      used.filter((path) => /tensorflow|\/network\/|learn\/(network|library)|report|validity\/(?!deformed)/.test(path)),
    ).toEqual([]);
  });

  test("the README's commands give what it says", async () => {
    const readme = readFileSync("examples/edge/README.md", "utf8");
    const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)][1]![1]!.replaceAll(
      "http://127.0.0.1:8787/",
      exact.url,
    );
    const said = execFileSync(
      "bash",
      [
        "-c",
        `set -o pipefail\n${commands.replaceAll("curl ", "curl --silent --fail --max-time 10 --write-out '\\n' ")}`,
      ],
      {
        encoding: "utf8",
      },
    );
    const [about, moved, augmented] = said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(about.task).toBe("kdv");
    expect(moved.points.flat().map((z: number) => Math.round(1e9 * z) / 1e9)).toEqual([15, 50, 0.6, 26, 60, -0.9]);
    expect(augmented.u).toHaveLength(24);
    expect(augmented.kept).toBeGreaterThan(0.9);
  });
});
