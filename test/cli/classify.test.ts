import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { choices, defaults } from "../../src/cli/options.js";
import { InputError } from "../../src/engine/error.js";
import { type ClassifyOptions, classifyDefaults, augmentations as known, networks } from "../../src/learn/classify.js";
import { inFreshDirectory, liefield, quickWork, type Stage } from "./terminal.js";

const FILE = "runs/classify-mnist.json";
const read = (path = FILE) => JSON.parse(readFileSync(path, "utf8"));

describe("liefield classify", () => {
  test("prints means, deviations and gains, and writes every training", async () => {
    await inFreshDirectory(async () => {
      const { code, out, err } = await liefield(["classify", "mnist"]);
      expect([code, out]).toEqual([0, ""]);
      expect(err).toMatch(/none +3 +52\.0 ± 1\.0 % +51\.0 to 53\.0 +– +2 s/);
      expect(err).toMatch(/crop +3 +62\.0 ± 1\.0 % +61\.0 to 63\.0 +\+10\.0 ± 0\.0 +2 s/);
      expect(read()).toMatchObject({ schema: 1, task: "mnist", engine: "wasm" });
      expect(read().cells).toHaveLength(6);
    });
  });

  test("goes on where it was stopped, adds seeds, and with --json says all as one object", async () => {
    await inFreshDirectory(async () => {
      const trained: string[] = [];
      const counting: Stage["work"] = {
        classify: (options, adapter, hooks) =>
          quickWork.classify(options, adapter, {
            ...hooks,
            async trained(cell) {
              trained.push(`${cell.augmentation} ${cell.seed}`);
              await hooks.trained?.(cell);
            },
          }),
      };
      await liefield(["classify", "mnist", "--seeds", "1"], { work: counting });
      expect(trained.splice(0)).toEqual(["none 1", "crop 1"]);
      const { out, err } = await liefield(["classify", "mnist", "--seeds", "1,2", "--json"], { work: counting });
      expect(err).toContain(`${FILE} holds 2 trainings already`);
      expect(trained).toEqual(["none 2", "crop 2"]);
      expect(JSON.parse(out)).toMatchObject({
        schema: 1,
        task: "mnist",
        rows: [{ seeds: 2 }, { seeds: 2 }],
        out: FILE,
      });
    });
  });

  test("keeps what is done when interrupted, and says so", async () => {
    await inFreshDirectory(async () => {
      let stop = (): void => {};
      const work: Stage["work"] = {
        async classify(_, __, { signal, trained }) {
          await trained?.({ augmentation: "none", seed: 1, accuracy: 0.5, fit: 1, seconds: 1 });
          stop();
          signal!.throwIfAborted();
          throw new Error("not stopped");
        },
      };
      const { code, err } = await liefield(["classify", "mnist"], {
        work,
        interrupter: (interrupt) => void (stop = interrupt),
      });
      expect([code, err]).toEqual([
        130,
        expect.stringContaining("with 1 trainings done; the same command goes on from there"),
      ]);
      expect(read().cells).toHaveLength(1);
    });
  });

  test("hands every option on", async () => {
    await inFreshDirectory(async () => {
      let seen: ClassifyOptions | undefined;
      const work: Stage["work"] = {
        classify(options, ...rest) {
          seen = options;
          return quickWork.classify(options, ...rest);
        },
      };
      const line =
        "classify cifar10 --augmentations none,learned --sigma 0.1,0.2 --train 100 --tested 50 --variation rotated";
      const more = "--network resnet8 --epochs 2 --seeds 4 --backend cpu --kernels simd --out a.json";
      const words = [...`${line} ${more}`.split(" "), "--generator", "-y, x", "--generator", "1, 0"];
      expect((await liefield(words, { work })).code).toBe(0);
      expect(seen).toEqual({
        ...{ task: "cifar10", augmentations: ["none", "learned"], sigma: [0.1, 0.2], train: 100, tested: 50 },
        ...{
          variation: "rotated",
          network: "resnet8",
          course: { epochs: 2 },
          seeds: [4],
          backend: "cpu",
          kernels: "simd",
        },
        formulas: [
          ["-y", "x"],
          ["1", "0"],
        ],
      });
    });
  });

  test("has the library's defaults and names", () => {
    const { train, sigma, network, course } = classifyDefaults;
    expect(defaults.classify).toMatchObject({ train, sigma, network, epochs: course.epochs });
    expect([choices.augmentations, choices.network]).toEqual([known, Object.keys(networks)]);
  });

  test.each<[string, string]>([
    ["classify", "a task is expected but none came; tasks: mnist, cifar10, images"],
    ["classify mnits", 'there is no task "mnits"; did you mean mnist?'],
    ["classify mnist --seeds 1,x", '--seeds must be whole numbers from 0, such as 1,2,3 but is "1,x"'],
    [
      "classify mnist --augmentations crp",
      '--augmentations must be none, crop, affine or learned but is "crp"; did you mean crop?',
    ],
    ["classify mnist --epochs 0", "--epochs must be a whole number from 1 to 1000"],
    ["classify mnist --train 5", "--train must be a whole number from 64"],
    ["classify images", "the task images takes images; pass --data FILE.npz"],
    ["classify mnist --data a.npz", "--data is for the task images"],
    ["classify mnist --field nowhere", "--field nowhere/field.safetensors cannot be read"],
    ["classify mnist --out bad.json", "the file at --out is no comparison of classifiers"],
    ["classify mnist --out other.json", "other.json holds a comparison under other settings"],
    ["classify mnist --field a --generator 1,0", "--field and --generator came together"],
  ])("%s exits 2 and says what to do", async (line, message) => {
    await inFreshDirectory(async () => {
      writeFileSync("bad.json", "{}");
      const other = { schema: 1, version: "0", task: "mnist", settings: "{}", engine: "wasm", cells: [] };
      writeFileSync("other.json", JSON.stringify(other));
      const { code, err } = await liefield(line.split(" "));
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    });
  });

  test("exits 2 where images cannot be had", async () => {
    await inFreshDirectory(async () => {
      const work = { classify: () => Promise.reject(new InputError("https://a/ cannot be reached; go online")) };
      const { code, err } = await liefield(["classify", "mnist"], { work });
      expect([code, err]).toEqual([2, "liefield: https://a/ cannot be reached; go online\n"]);
    });
  });
});
