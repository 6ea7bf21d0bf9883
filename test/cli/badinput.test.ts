import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { arraysOf } from "../../src/data/check.js";
import { writeNpz } from "../../src/data/npz.js";
import type { Trajectories } from "../../src/data/trajectories.js";
import { simulate } from "../../src/simulate.js";
import { inFreshDirectory, liefield, type Stage, waves } from "./terminal.js";

/** Runs and expects: exit 2, one line on stderr, nothing on stdout, no file besides those `before` made. */
async function refused(
  argv: string[],
  message: RegExp,
  before: () => void = () => {},
  stage: Stage = {},
): Promise<void> {
  let made: string[] = [];
  const files = await inFreshDirectory(async () => {
    before();
    made = (await import("node:fs")).readdirSync(".", { recursive: true }) as string[];
    const { code, out, err } = await liefield(argv, stage);
    expect(err).toMatch(message);
    expect(err).toMatch(/^liefield: [^\n]+\n$/);
    expect([code, out]).toEqual([2, ""]);
  });
  expect(files).toEqual(made.sort());
}

describe("what cannot be used exits 2 with one line and writes nothing", () => {
  test.each<[string, RegExp]>([
    [
      "lern",
      /unknown command "lern"; did you mean learn\? commands: learn, simulate, read, augment, train, audit, evaluate, sweep, data, classify, doctor/,
    ],
    ["--verbose", /unknown option "--verbose"; commands: /],
    ["learn", /a task is expected but none came; tasks: transport, heat/],
    ["learn kvd", /no task "kvd"; did you mean kdv\? Tasks: transport/],
    ["learn digits", /no task "digits"; tasks: transport, .*, pde, function, dynamics, mnist, cifar10, images/],
    ["learn images", /the task images needs --data with images and labels/],
    ["learn kdv --variation rotated", /--variation is for images, not the task kdv/],
    ["learn mnist --nx 64", /--nx is for equations, not the task mnist/],
    ["learn mnist --method library --steps 9", /--steps is for --method neural/],
    [
      "learn kdv --generators 0",
      /--generators must be a whole number from 1 to 16 but is "0"; leave it out for the default/,
    ],
    ["learn kdv --generators 17", /from 1 to 16 but is "17"/],
    ["learn kdv --generators 2.5", /from 1 to 16 but is "2.5"/],
    ["learn kdv --seed 1.5", /--seed must be a whole number .* but is "1.5"/],
    ["learn kdv --seed -1", /--seed must be a whole number from 0 .* but is "-1"/],
    ["learn kdv --seed one", /but is "one"/],
    ["learn kdv --seed 0x10", /but is "0x10"/],
    ["learn kdv --seed 9007199254740993", /but is "9007199254740993"/],
    ["learn kdv --seed", /--seed needs a value/],
    ["learn kdv --seed=", /--seed needs a value/],
    ["learn kdv --seed --json", /--seed needs a value/],
    ["learn kdv --seed 1 --seed 2", /--seed came twice/],
    ["learn kdv --sed 2", /unknown option --sed; did you mean --seed\?/],
    ["learn kdv --gen 2", /unknown option --gen; did you mean --generators\?/],
    ["learn kdv --colour red", /unknown option --colour; liefield learn takes --equation --param/],
    ["learn kdv --__proto__ 1", /unknown option --__proto__/],
    ["learn kdv -x", /unknown option -x/],
    ["learn kdv --no-json", /unknown option --no-json/],
    ["learn kdv --json=1", /--json takes no value but "1" came/],
    ["learn kdv ks", /"ks" is one argument too many/],
    ["learn kdv -- x", /-- is not expected/],
    ["learn kdv --method librarie", /--method must be neural or library but is "librarie"; did you mean library\?/],
    [
      "learn kdv --criterion tangents",
      /must be tangent, flow or tangent\+flow but is "tangents"; did you mean tangent\?/,
    ],
    ["learn kdv --orthogonality none", /must be projection or penalty but is "none"/],
    ["learn kdv --backend gpu", /must be auto, webgpu, wasm or cpu but is "gpu"/],
    ["learn kdv --kernels relax", /must be auto, simd, relaxed or oracle but is "relax"; did you mean relaxed\?/],
    ["simulate kdv --kernels wasm", /must be auto, simd, relaxed or oracle but is "wasm"/],
    ["learn kdv --workers -1", /--workers must be auto or a whole number/],
    ["learn kdv --workers many", /--workers must be auto or a whole number from 0 to 256 but is "many"/],
    ["learn kdv --trajectories 1", /--trajectories must be a whole number from 2/],
    ["learn kdv --steps 0", /--steps must be a whole number from 1/],
    ["learn kdv --data a.npz --trajectories 4", /--trajectories is for simulated data, not --data; leave it out/],
    ["learn kdv --method library --criterion flow", /--criterion is for --method neural; leave it out/],
    ["learn kdv --method library --backend wasm", /--backend is for --method neural; leave it out/],
    ["learn kdv --degree 2", /--degree is for --method library; add that, or leave it out/],
    ["learn kdv --method library --degree 7", /--degree must be a whole number from 0 to 6 but is "7"/],
    ["learn kdv --noise -0.1", /--noise must be a number from 0 to 10 but is "-0.1"/],
    ["learn kdv --noise 11", /--noise must be a number from 0 to 10 but is "11"/],
    [
      "learn kdv --criterion flow --snapshots",
      /flow scores flows .*, which --snapshots rules out; use --criterion tangent/,
    ],
    ["learn kdv --criterion tangent+flow --noise 0.1", /which --noise rules out; use --criterion tangent/],
    ["learn function --function x --criterion flow", /which the task function rules out; use --criterion tangent/],
    ["learn pde", /the task pde needs --equation "u_t = …"/],
    ["learn kdv --equation u_t=u_xx", /--equation is for the task pde, not kdv; leave it out, or learn pde/],
    ["learn function --equation u_t=u_xx", /--equation is for the task pde, not function/],
    ["simulate kdv --equation u_t=u_xx", /--equation is for the task pde, not kdv/],
    ["simulate pde", /the task pde needs --equation/],
    ["simulate function", /no task "function"; tasks: transport, .*, pde\n/],
    ["learn kdv --function x", /--function is for the task function, not kdv/],
    ["learn dynamics --function x", /--function is for the task function, not dynamics/],
    ["learn pde --equation u_t=u_xx --dynamics x'=x", /--dynamics is for the task dynamics, not pde/],
    ["learn function", /the task function needs --function with a text or --data with samples; pass one of them/],
    [
      "learn function --function x --data a.npz",
      /takes --function or --data with samples, but both came; leave one out/,
    ],
    ["learn dynamics --dynamics x'=x --data a.npz", /takes --dynamics or --data with samples, but both came/],
    ["learn function --function x --length 2", /--length is for equations, not the task function/],
    ["learn function --function x --noise 0.1", /--noise is for equations, not the task function/],
    ["learn kdv --library fourier", /--library is for --method library; add that, or leave it out/],
    [
      "learn function --function x --method library --library fourier",
      /--library is for equations, not the task function/,
    ],
    [
      "learn kdv --method library --library fourrier",
      /--library must be monomials or fourier but is .*; did you mean fourier\?/,
    ],
    ["learn kdv --bounds -1:1", /--bounds is for the tasks function and dynamics/],
    ["learn function --function x --bounds 1", /--bounds must be LO:HI or NAME=LO:HI, .*, but is "1"/],
    ["learn function --function x --bounds x=0:1 --bounds x=0:2", /--bounds of x came twice/],
    ["learn function --function x --bounds 0:1 --bounds x=0:2", /--bounds came for all coordinates and by name/],
    ["learn burgers --param nu", /--param must be NAME=NUMBER, such as nu=0.01, but is "nu"/],
    ["learn burgers --param nu=", /--param must be NAME=NUMBER, such as nu=0.01, but is "nu="/],
    ["learn burgers --param nu=1=2", /--param must be NAME=NUMBER/],
    ["learn burgers --param nu=x", /--param must be NAME=NUMBER/],
    ["learn burgers --param nu=Infinity", /--param must be NAME=NUMBER/],
    ["learn burgers --param __proto__=1", /--param must be NAME=NUMBER, .*, but is "__proto__=1"/],
    ["learn burgers --param nu=1 --param nu=2", /--param nu came twice; give it once/],
    ["learn burgers --param mu=1", /burgers has no parameter "mu"; it takes nu/],
    ["learn burgers --param constructor=1", /burgers has no parameter "constructor"; it takes nu/],
    ["learn kdv --param nu=1", /kdv has no parameter "nu"; it takes none/],
    [
      "learn pde --equation u_t=u_xx --param nu=1",
      /the equation has no parameter nu: u_t=u_xx; leave it out or use it/,
    ],
    ["learn pde --equation u_t=u_xx --param u=1", /the parameter u has the name of something else in the equation/],
    [`learn kdv${" --member t".repeat(17)}`, /--member came 17 times; give at most 16/],
    ["read", /the directory of a run is expected but none came; pass one, such as runs\/kdv-1/],
    ["simulate kvd", /did you mean kdv/],
    ["simulate kdv --out a.csv", /a\.csv must end in \.npz/],
    ["simulate kdv --nx 31", /--nx must be a whole number from 32/],
    ["simulate kdv --nx 34", /--nx must be even and 2\^a·3\^b·5\^c .* but is 34; take 36/],
    ["simulate kdv --time 0", /--time must be a positive number but is "0"/],
    ["simulate kdv --length Infinity", /--length must be a positive number but is "Infinity"/],
    ["doctor now", /"now" is one argument too many/],
  ])("liefield %s", async (line, message) => {
    await refused(line.split(" "), message);
  });
});

describe("a destination that cannot be written to is found before the work", () => {
  const never: Stage = {
    work: {
      learn: () => Promise.reject(new Error("the work began")),
      simulate: () => Promise.reject(new Error("the work began")),
    },
  };
  const file = (): void => writeFileSync("file", "");
  test.each<[string, RegExp, () => void]>([
    ["learn kdv --out file", /--out file is a file but a directory is expected/, file],
    ["learn kdv --out file/run", /--out file\/run cannot be written: a part of the path is not a directory/, file],
    ["learn kdv --out /proc/run", /--out \/proc\/run cannot be written: .* in \/proc; name another place/, () => {}],
    ["simulate kdv --out dir.npz", /--out dir\.npz is a directory but a file is expected/, () => mkdirSync("dir.npz")],
    ["simulate kdv --out file/a.npz", /--out file\/a\.npz cannot be written/, file],
    ["simulate kdv --out /proc/a.npz", /--out \/proc\/a\.npz cannot be written/, () => {}],
  ])("liefield %s", async (line, message, before) => {
    await refused(line.split(" "), message, before, never);
  });
});

describe("data that cannot be used is found before the work", () => {
  const never: Stage = { work: { learn: () => Promise.reject(new Error("the work began")) } };
  const bytes = (data: Trajectories): Uint8Array => writeNpz(arraysOf(data));
  const nan = (): Trajectories => {
    const data = waves();
    data.u[700] = NaN; // trajectory 1 begins at 640
    return data;
  };
  test.each<[string, Uint8Array | null, RegExp]>([
    ["missing", null, /--data a\.npz cannot be read: no such file or directory; check the path/],
    ["empty", new Uint8Array(), /--data a\.npz: an \.npz \(ZIP\) archive is expected/],
    ["truncated", bytes(waves()).subarray(0, 9000), /--data a\.npz: an \.npz \(ZIP\) archive is expected/],
    ["with NaN", bytes(nan()), /--data a\.npz: u\[1, 1, 28\] is NaN/],
    ["of two trajectories", bytes(waves(2)), /--data a\.npz: u has n = 2/],
    [
      "of another shape",
      writeNpz([["u", { shape: [2], data: new Float64Array(2) }]]),
      /--data a\.npz: u has shape \[2\]/,
    ],
  ])("%s", async (_, content, message) => {
    const before = (): void => void (content && writeFileSync("a.npz", content));
    await refused(["learn", "kdv", "--data", "a.npz"], message, before, never);
  });
  test("second order in time without u_t", async () => {
    await refused(
      ["learn", "pde", "--equation", "u_tt = u_xx", "--method", "library", "--data", "a.npz"],
      /--data a\.npz: the equation is of second order in time, so the file must hold u_t beside u/,
      () => writeFileSync("a.npz", bytes(waves())),
      never,
    );
  });
  test("a directory in place of a file", async () => {
    await refused(
      ["learn", "kdv", "--data", "a"],
      /--data a cannot be read: a is not a file/,
      () => mkdirSync("a"),
      never,
    );
  });
});

describe("what only the work itself finds, by the built program", () => {
  const program = `${process.cwd()}/dist/cli/main.js`;
  async function refusedByProgram(
    argv: string[],
    message: RegExp,
    data?: Trajectories,
    flags: readonly string[] = [],
  ): Promise<void> {
    const files = await inFreshDirectory(() => {
      if (data) writeFileSync("a.npz", writeNpz(arraysOf(data)));
      const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, program, ...argv], {
        encoding: "utf8",
      });
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^liefield: [^\n]+\n$/);
      expect([status, stdout]).toEqual([2, ""]);
    });
    expect(files).toEqual(data ? ["a.npz"] : []);
  }
  const made = (task: string): Promise<Trajectories> =>
    simulate({ task, seed: 2, trajectories: 3, outputs: 60, time: 24, workers: 0 }, nodeAdapter());
  const misfit = /the data do not satisfy the equation: residual 0\.\d+ of its terms; check the equation/;

  test("data of another equation", async () => {
    await refusedByProgram(["learn", "kdv", "--data", "a.npz", "--backend", "wasm"], misfit, await made("ks"));
  });
  test("data with t in other units", async () => {
    const kdv = await made("kdv");
    const slow = { ...kdv, t: kdv.t.map((t) => 3 * t) };
    await refusedByProgram(["learn", "kdv", "--data", "a.npz", "--backend", "wasm"], misfit, slow);
  });
  test("--backend webgpu where its package is missing", async () => {
    // With the package the graphics driver may say words of its own on stderr, so it is hidden here.
    const hidden = `export const resolve = (name, context, next) => {
      if (name === "webgpu") throw Object.assign(new Error(name), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    }`;
    const flags = ["--no-warnings", "--experimental-loader", `data:text/javascript,${encodeURIComponent(hidden)}`];
    const message = /--backend webgpu: .* package webgpu, which is not installed; .*; use --backend wasm or auto/;
    await refusedByProgram(["learn", "kdv", "--backend", "webgpu"], message, undefined, flags);
  });
});
