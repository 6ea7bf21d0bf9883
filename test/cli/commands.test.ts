import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
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
    expect(files).toEqual(["runs", "runs/kdv-7", "runs/kdv-7/report.html", "runs/kdv-7/run.json"]);
  });
  test("with --json, stdout is one JSON object, that of run.json", async () => {
    await inFreshDirectory(async () => {
      const { out } = await liefield(["learn", "kdv", "--json", "--out", "here"]);
      expect(out).toMatch(/^\{[^\n]*\}\n$/);
      expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync("here/run.json", "utf8")));
    });
  });
  const optionsOf = async (line: string): Promise<LearnOptions> => {
    let seen: LearnOptions | undefined;
    await inFreshDirectory(async () => {
      await liefield(["simulate", "kdv", "--trajectories", "5", "--out", "a.npz"]);
      const work: Stage["work"] = {
        learn(options, ...rest) {
          seen = options;
          return quickWork.learn(options, ...rest);
        },
      };
      expect((await liefield(line.split(" "), { work })).code).toBe(0);
    });
    return seen!;
  };
  test("without options the defaults of the table hold", async () => {
    expect(await optionsOf("learn kdv")).toEqual({
      ...{ task: "kdv", seed: 1, generators: 4, trajectories: 16, method: "neural", criterion: "tangent" },
      ...{ backend: "auto", workers: "auto", learner: { orthogonality: "projection" }, command: "liefield learn kdv" },
    });
  });
  test("every option reaches the work", async () => {
    const line =
      "learn kdv --generators 6 --trajectories 9 --seed 3 --criterion flow --backend cpu --workers 2 --orthogonality penalty --steps 11";
    expect(await optionsOf(line)).toMatchObject({
      ...{ generators: 6, trajectories: 9, seed: 3, criterion: "flow", backend: "cpu", workers: 2, steps: 11 },
      ...{ learner: { orthogonality: "penalty" }, command: `liefield ${line}` },
    });
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
  const noWorkers = async () => ({ ...(await quickWork.adapter()), spawnWorker: () => null });
});

describe("help", () => {
  test.each([[[]], [["--help"]], [["-h"]]])("liefield %j lists commands, examples and exit codes", async (argv) => {
    const { code, out } = await liefield(argv);
    expect(code).toBe(0);
    for (const word of ["learn", "simulate", "doctor", "liefield learn kdv", "130 interrupted"])
      expect(out).toContain(word);
  });
  test.each(["learn", "simulate", "doctor"])("%s --help names every option in at most 120 columns", async (command) => {
    const { code, out } = await liefield([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`liefield ${command}`);
    expect(out).toContain("--json");
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });
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
    expect([code, err]).toEqual([2, 'liefield: there is no task "kvd"; did you mean kdv? Tasks: kdv\n']);
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
