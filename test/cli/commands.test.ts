import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { quoted } from "../../src/cli/learn.js";
import { work } from "../../src/cli/work.js";
import { trajectoriesOf } from "../../src/data/check.js";
import { readNpz } from "../../src/data/npz.js";
import { NumericalError } from "../../src/engine/error.js";
import type { LearnOptions } from "../../src/learn.js";
import { version } from "../../src/version.js";
import { inFreshDirectory, liefield, quickWork, type Said, type Stage, waves } from "./terminal.js";

describe("learn", () => {
  test("writes the run and its report, and nothing else", async () => {
    const files = await inFreshDirectory(async () => {
      const { code, out, err } = await liefield(["learn", "kdv", "--seed", "7"]);
      expect([code, out]).toEqual([0, ""]);
      expect(err).toMatch(/written to runs\/kdv-7: run\.json, report\.html/);
      const record = JSON.parse(readFileSync("runs/kdv-7/run.json", "utf8"));
      expect(record).toMatchObject({ schema: 1, task: "kdv", seed: 7, report: "runs/kdv-7/report.html" });
    });
    expect(files).toEqual([
      "runs",
      "runs/kdv-7",
      "runs/kdv-7/field.safetensors",
      "runs/kdv-7/report.html",
      "runs/kdv-7/run.json",
    ]);
  });
  test("with --json, stdout is one JSON object, that of run.json", async () => {
    await inFreshDirectory(async () => {
      const { out } = await liefield(["learn", "kdv", "--json", "--out", "here"]);
      expect(out).toMatch(/^\{[^\n]*\}\n$/);
      expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync("here/run.json", "utf8")));
    });
  });
  const optionsOf = async (line: string | string[]): Promise<LearnOptions> => {
    let seen: LearnOptions | undefined;
    await inFreshDirectory(async () => {
      await liefield(["simulate", "kdv", "--trajectories", "5", "--out", "a.npz"]);
      const work: Stage["work"] = {
        learn(options, ...rest) {
          seen = options;
          return quickWork.learn(options, ...rest);
        },
      };
      expect((await liefield(typeof line === "string" ? line.split(" ") : line, { work })).code).toBe(0);
    });
    return seen!;
  };
  test("without options the defaults of the table hold", async () => {
    expect(await optionsOf("learn kdv")).toEqual({
      ...{ task: "kdv", seed: 1, generators: 4, method: "neural", criterion: "tangent", snapshots: false },
      ...{ backend: "auto", workers: "auto", learner: { orthogonality: "projection" }, command: "liefield learn kdv" },
      ...{ parameters: {}, members: [], kernels: "auto" },
    });
  });
  test("every option reaches the work", async () => {
    const line =
      "learn kdv --generators 6 --trajectories 9 --seed 3 --criterion flow --backend cpu --workers 2 --orthogonality penalty --steps 11 --kernels oracle";
    expect(await optionsOf(line)).toMatchObject({
      ...{ generators: 6, trajectories: 9, seed: 3, criterion: "flow", backend: "cpu", workers: 2, steps: 11 },
      ...{ kernels: "oracle" },
      ...{ learner: { orthogonality: "penalty" }, command: `liefield ${line}` },
    });
  });
  test("every option of a library run of a text reaches the work", async () => {
    const line =
      "learn pde --equation u_t=a*u_xx+b*u --param a=0.1 --param b=-1e-2 --method library --library fourier --degree 3 --member exp(t) --member sin(x) --length 6 --nx 64 --time 2 --outputs 30 --noise 0.1 --snapshots";
    expect(await optionsOf(line)).toMatchObject({
      ...{
        task: "pde",
        equation: "u_t=a*u_xx+b*u",
        parameters: { a: 0.1, b: -0.01 },
        method: "library",
        degree: 3,
        library: "fourier",
      },
      ...{ members: ["exp(t)", "sin(x)"], length: 6, nx: 64, time: 2, outputs: 30, noise: 0.1, snapshots: true },
    });
  });
  test("bounds reach it for all coordinates or by name", async () => {
    const line = ["learn", "function", "--function", "x^2 + y^2"];
    expect((await optionsOf([...line, "--bounds", "-2:0.5"])).bounds).toEqual([-2, 0.5]);
    const named = await optionsOf([...line, "--bounds", "x=0:1", "--bounds", "y=-1:2"]);
    expect([named.function, named.bounds]).toEqual(["x^2 + y^2", { x: [0, 1], y: [-1, 2] }]);
  });
  test.each<[string, string]>([
    ["x^2 + y^2", '"x^2 + y^2"'],
    ["x' = p; p' = -x", "\"x' = p; p' = -x\""],
    ['"a" + `b` + $c', "'\"a\" + `b` + $c'"],
    ["it's $1", "'it'\\''s $1'"],
  ])("the command %s is quoted as a shell reads it", (word, shell) => {
    expect(quoted(word)).toBe(shell);
    expect(execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" })).toBe(word);
  });
  test("--data gives the file's trajectories", async () => {
    const { data } = await optionsOf("learn kdv --data a.npz");
    expect(data).toEqual(waves(5));
  });
});

describe("simulate", () => {
  test("writes trajectories that learn can read, the same bytes for the same seed", async () => {
    const files = await inFreshDirectory(async () => {
      const { code, err, out } = await liefield([
        "simulate",
        "kdv",
        "--trajectories",
        "4",
        "--out",
        "x/a.npz",
        "--json",
      ]);
      expect([code, err]).toEqual([0, expect.stringMatching(/4 trajectories of kdv, seed 1: u \[4, 20, 32\]/)]);
      expect(JSON.parse(out)).toMatchObject({ task: "kdv", seed: 1, n: 4, nt: 20, nx: 32, length: 16, out: "x/a.npz" });
      expect(trajectoriesOf(readNpz(readFileSync("x/a.npz")))).toEqual(waves(4));
      await liefield(["simulate", "kdv", "--trajectories", "4", "--out", "x/b.npz"]);
      expect(readFileSync("x/b.npz")).toEqual(readFileSync("x/a.npz"));
    });
    expect(files).toEqual(["x", "x/a.npz", "x/b.npz"]);
  });
});

describe("simulate, with the work done", () => {
  const simulated = async (line: string): Promise<{ said: Said; shapes: Record<string, readonly number[]> }> => {
    let result: { said: Said; shapes: Record<string, readonly number[]> } | undefined;
    await inFreshDirectory(async () => {
      const argv = `simulate ${line} --trajectories 3 --out a.npz --workers 1 --json`;
      const said = await liefield(argv.split(" "), { work });
      expect([said.code, said.code === 0 ? "" : said.err]).toEqual([0, ""]);
      const arrays = readNpz(readFileSync("a.npz"));
      result = { said, shapes: Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape])) };
    });
    return result!;
  };
  const line = ["transport", "heat", "burgers", "potential-burgers", "kdv", "ks", "nkdv", "ckdv"];
  test.each(line)("%s", async (task) => {
    const { said, shapes } = await simulated(`${task} --nx 64 --outputs 4 --time 1`);
    expect(shapes).toEqual({ u: [3, 4, 64], x: [64], t: [4], L: [] });
    expect(said.err).toContain(`3 trajectories of ${task}, seed 1: u [3, 4, 64], x in [0, `);
    expect(JSON.parse(said.out)).toMatchObject({ task, n: 3, nt: 4, components: 1, timeOrder: 1, nx: 64 });
    expect(JSON.parse(said.out)).not.toHaveProperty("ny");
  });
  test.each<[string, readonly number[]]>([
    ["wave-2d", [3, 4, 32, 32]],
    ["schrodinger-2d", [3, 4, 2, 32, 32]],
    ["reaction-diffusion-2d", [3, 4, 2, 32, 32]],
  ])("%s: the plane, with y and its period", async (task, shape) => {
    const { said, shapes } = await simulated(`${task} --nx 32 --outputs 4 --time 0.5 --length 10`);
    const rate = task === "wave-2d" ? { u_t: shape } : {};
    expect(shapes).toEqual({ u: shape, ...rate, x: [32], y: [32], t: [4], L: [], Ly: [] });
    const what = task === "wave-2d" ? "u and u_t" : "u";
    expect(said.err).toContain(`seed 1: ${what} [${shape.join(", ")}], x in [0, 10), y in [0, 10), t from 0 to 0.5;`);
    expect(JSON.parse(said.out)).toMatchObject({ nx: 32, length: 10, ny: 32, lengthY: 10 });
  });
  test.each<[string, readonly number[]]>([
    ["u_t=nu*u_xx-u --param nu=0.1", [3, 4, 64]],
    ["u_t=v_xx;v_t=-u_xx", [3, 4, 2, 64]],
    ["u_tt=u_xx-sin(u)", [3, 4, 64]],
    ["u_t=u_xx+u_yy", [3, 4, 64, 64]],
  ])("pde --equation %s", async (equation, shape) => {
    const { said, shapes } = await simulated(`pde --equation ${equation} --nx 64 --outputs 4 --time 0.1 --length 10`);
    expect(shapes.u).toEqual(shape);
    expect(Object.hasOwn(shapes, "u_t")).toBe(equation.startsWith("u_tt"));
    expect(JSON.parse(said.out).equation).toMatch(/^u_tt? = /);
  });
  test("what it writes of a second-order equation, learn reads", async () => {
    await inFreshDirectory(async () => {
      const pde = ["pde", "--equation", "u_tt = u_xx - sin(u)", "--workers", "1"];
      const domain = ["--nx", "64", "--time", "2", "--outputs", "20", "--length", "20", "--trajectories", "5"];
      expect((await liefield(["simulate", ...pde, ...domain, "--out", "a.npz"], { work })).code).toBe(0);
      const argv = ["learn", ...pde, "--data", "a.npz", "--method", "library", "--degree", "1", "--json"];
      const { code, out } = await liefield(argv, { work });
      expect(code).toBe(0);
      const { formulas, count } = JSON.parse(out) as { formulas: { reads: string }[]; count: number };
      expect([count, formulas.map(({ reads }) => reads)]).toEqual([3, ["∂x", "∂t", "t ∂x + x ∂t"]]); // sine-Gordon
    });
  });
});

describe("doctor", () => {
  test("says which engines there are, and why not the others", async () => {
    const { code, out } = await liefield(["doctor"], { work: { adapter: noWorkers } });
    expect(code).toBe(0);
    expect(out).toMatch(/auto takes wasm/);
    expect(out).toMatch(/webgpu +no: no adapter/);
    expect(out).toMatch(/workers +no: /);
  });
  test("with --json, stdout is one JSON object", async () => {
    const { out } = await liefield(["doctor", "--json"], { work: { adapter: noWorkers } });
    expect(JSON.parse(out)).toMatchObject({ schema: 1, network: [{ engine: "webgpu" }, { engine: "wasm" }] });
  });
  test("the machine's own kernels are listed, those that must be asked for too", async () => {
    const { kernelEngines } = await import("../../src/cli/work.js").then(({ work }) => work);
    const { out } = await liefield(["doctor"], { work: { adapter: noWorkers, kernelEngines } });
    expect(out).toMatch(
      /kernels \(auto takes simd\)\n {2}simd +yes\n {2}relaxed +(yes|no: .*relaxed.*)\n {2}oracle +yes/,
    );
  });
  test.each([
    [{ gpu: { name: "NVIDIA H100", software: false } }, /webgpu +yes on NVIDIA H100\n/, /auto takes webgpu/],
    [
      { gpu: { name: "NVIDIA H100", software: false }, byName: "from a package" },
      /webgpu +yes, by name only, on NVIDIA H100\n/,
      /auto takes wasm/,
    ],
    [
      { gpu: { name: "llvmpipe", software: true }, byName: "software adapter" },
      /webgpu +yes, by name only, on llvmpipe, a software adapter, slower than wasm\n/,
      /auto takes wasm/,
    ],
  ])("names the GPU, whether it is one, and what auto takes then: %j", async (gpu, line, auto) => {
    const networkEngines = async () => [
      { engine: "webgpu", available: true, reason: null, ...gpu },
      { engine: "wasm", available: true, reason: null },
    ];
    const { out } = await liefield(["doctor"], { work: { adapter: noWorkers, networkEngines } });
    expect(out).toMatch(line);
    expect(out).toMatch(auto);
  });
  const noWorkers = async () => ({ ...(await quickWork.adapter()), spawnWorker: () => null });
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["-h"]]])("liefield %j lists commands, examples and exit codes", async (argv) => {
    const { code, out } = await liefield(argv);
    expect(code).toBe(0);
    for (const word of [
      "learn",
      "simulate",
      "read",
      "doctor",
      "liefield learn kdv",
      "--method library",
      "--equation",
      "--function",
      "130 interrupted",
    ])
      expect(out).toContain(word);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
  test("every example that the help gives is a command line that is taken", async () => {
    const { out } = await liefield(["--help"]);
    const lines = [...out.matchAll(/^ {2}liefield (.*?)(?: {2,}.*)?$/gm)].map(([, line]) => line!);
    expect(lines.length).toBeGreaterThan(6);
    await inFreshDirectory(async () => {
      writeFileSync("grid.json", '{"task":"kdv"}');
      for (const line of lines) {
        const argv = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quotedWord, word]) => quotedWord ?? word!);
        const { code, err } = await liefield(argv);
        expect([line, code, code === 0 ? "" : err]).toEqual([line, 0, ""]);
      }
    });
  });
  test.each(["learn", "simulate", "read", "augment", "train", "audit", "evaluate", "classify", "doctor"])(
    "%s --help names every option in at most 100 columns",
    async (command) => {
      const { code, out } = await liefield([command, "--help"]);
      expect(code).toBe(0);
      expect(out).toContain(`liefield ${command}`);
      expect(out).toContain("--json");
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    },
  );
  test("--version is the package's", async () => {
    expect(await liefield(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });
});

describe("failures", () => {
  const failing = (error: Error): Stage => ({ work: { learn: () => Promise.reject(error) } });
  test("a numerical failure exits 3 in one line", async () => {
    const files = await inFreshDirectory(async () => {
      const said = await liefield(["learn", "kdv"], failing(new NumericalError("blew up at t = 3; take less")));
      expect(said).toEqual({ code: 3, out: "", err: "liefield: blew up at t = 3; take less\n" });
    });
    expect(files).toEqual([]);
  });
  test("an unexpected error exits 1 in one line that says what to do", async () => {
    const files = await inFreshDirectory(async () => {
      const { code, err } = await liefield(["learn", "kdv"], failing(new TypeError("x is\nnot a function")));
      expect([code, err]).toEqual([
        1,
        "liefield: unexpected error: x is not a function; set LIEFIELD_DEBUG=1 to see where, and please report it\n",
      ]);
    });
    expect(files).toEqual([]);
  });
  test.each(["learn kdv", "simulate kdv"])("%s interrupted exits 130 and writes nothing", async (line) => {
    let interrupt = (): void => {};
    const stop = (_: unknown, __: unknown, { signal }: { signal: AbortSignal }): Promise<never> => {
      interrupt();
      return Promise.reject(signal.reason);
    };
    const files = await inFreshDirectory(async () => {
      const said = await liefield(line.split(" "), {
        interrupter: (how) => {
          interrupt = how;
        },
        work: { learn: stop, simulate: stop },
      });
      expect(said).toEqual({ code: 130, out: "", err: "liefield: interrupted; nothing was written\n" });
    });
    expect(files).toEqual([]);
  });
  test("an interrupt that comes as the work ends still writes nothing", async () => {
    let interrupt = (): void => {};
    const files = await inFreshDirectory(async () => {
      const { code } = await liefield(["learn", "kdv"], {
        interrupter: (how) => {
          interrupt = how;
        },
        work: {
          async report() {
            interrupt();
            return "";
          },
        },
      });
      expect(code).toBe(130);
    });
    expect(files).toEqual([]);
  });
});

describe("progress", () => {
  test("off a terminal: one line a stage and a tenth, no control characters", async () => {
    let said: Said | undefined;
    await inFreshDirectory(async () => {
      said = await liefield(["learn", "kdv"]);
    });
    const lines = said!.err.split("\n").filter((line) => line.includes(" %  step"));
    expect(lines.filter((line) => line.startsWith("learning"))).toHaveLength(11); // 0, 10, … 100 %
    expect(lines.filter((line) => line.startsWith("certifying")).length).toBeLessThanOrEqual(8);
    expect(said!.err).not.toContain("\u001b");
  });
  test("on a terminal: a bar, taken down before the table", async () => {
    let said: Said | undefined;
    await inFreshDirectory(async () => {
      said = await liefield(["learn", "kdv"], { tty: true });
    });
    expect(said!.err).toContain("█");
    expect(said!.err.lastIndexOf("█")).toBeLessThan(said!.err.indexOf("Symmetries of kdv"));
    expect(said!.err).toContain("\u001b[?25h"); // the cursor is back
  });
});

describe("the built program", () => {
  const program = `${process.cwd()}/dist/cli/main.js`;
  test("runs, and leaves with the command's exit code", async () => {
    expect(execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" })).toBe(`${version}\n`);
    const child = spawn(process.execPath, [program, "learn", "kvd"]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, err]).toEqual([
      2,
      'liefield: there is no task "kvd"; did you mean kdv? Tasks: transport, heat, burgers, potential-burgers, kdv, ks, nkdv, ckdv, wave-2d, schrodinger-2d, reaction-diffusion-2d, pde, function, dynamics, mnist, cifar10, images\n',
    ]);
  });
  test("simulates, and an interrupt on the way leaves nothing behind", async () => {
    const files = await inFreshDirectory(async () => {
      const argv = [program, "simulate", "kdv", "--trajectories", "2000", "--out", "a.npz"];
      const child = spawn(process.execPath, argv);
      let err = "";
      child.stderr.on("data", (chunk) => {
        if (err === "") child.kill("SIGINT"); // at the first progress
        err += chunk;
      });
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect(code).toBe(130);
      expect(err).toMatch(/liefield: interrupted; nothing was written\n$/);
    });
    expect(files).toEqual([]);
  });
  test("a probe of the destination leaves the directory as it was", async () => {
    const files = await inFreshDirectory(async () => {
      mkdirSync("out");
      chmodSync("out", 0o755);
      await liefield(["learn", "kdv", "--out", "out"], { work: { learn: () => Promise.reject(new Error("no")) } });
      expect(readdirSync("out")).toEqual([]);
    });
    expect(files).toEqual(["out"]);
  });
});
