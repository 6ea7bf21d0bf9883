import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import type { RunRecord } from "../../src/report/run.js";
import { version } from "../../src/version.js";
import { inFreshDirectory } from "./terminal.js";

const program = `${process.cwd()}/dist/cli/main.js`;

/** The record that the built program prints, after its contract has been checked; the files it wrote. */
async function learned(...argv: string[]): Promise<{ record: RunRecord; files: string[]; read: string }> {
  let out = "";
  let read = "";
  const files = await inFreshDirectory(() => {
    const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
    const { status, stdout, stderr } = run("learn", ...argv, "--json");
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    out = stdout;
    const again = run("read", `runs/${argv[0]}-1`, "--json");
    expect([again.status, JSON.parse(again.stdout)]).toEqual([0, JSON.parse(stdout)]);
    read = again.stderr;
  });
  expect(out).toMatch(/^\{[^\n]*\}\n$/); // exactly one object
  const record = JSON.parse(out) as RunRecord;
  expect(record).toMatchObject(contract);
  for (const generator of record.generators) expect(generator).toMatchObject(generatorContract);
  return { record, files, read };
}

const text = expect.any(String);
const number = expect.any(Number);
const list = expect.any(Array);

/** DESIGN section 10, for a library run in which something was found. */
const contract = {
  ...{ schema: 1, version, task: text, method: "library", criterion: null, seed: 1 },
  engine: { network: "none", kernels: text, passedOver: list },
  seconds: { data: number, learn: number, certify: number, total: number },
  ...{ count: number, countIs: "exact", gap: number, spectrum: list, warnings: list, generators: list },
  algebra: { brackets: list, closure: number },
  report: text,
};
const generatorContract = {
  ...{ slot: number, tangent: number, floor: number, control: number, flow: list, folded: number, outside: number },
  ...{ verdict: text, accepted: expect.any(Boolean), reads: text, latex: text, sympy: text },
};

const formulas = ({ formulas: found }: RunRecord): string[] => (found ?? []).map(({ reads }) => reads);

describe("the built program, end to end", () => {
  test("learn kdv --method library: four symmetries, as formulas", async () => {
    const { record, files, read } = await learned("kdv", "--method", "library");
    expect(record.count).toBe(4);
    expect(record.gap).toBeGreaterThan(1e6);
    expect(formulas(record)).toEqual(["∂x", "∂t", "t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"]);
    expect(record.generators.map(({ verdict, flow }) => [verdict, flow.length])).toEqual(
      new Array(4).fill(["accepted", 6]),
    );
    expect(record.algebra!.brackets).toHaveLength(6);
    expect(record.truth).toMatchObject({ dimension: 4, principalAnglesDegrees: [number, number, number, number] });
    expect(record.truth!.grassmann).toBeLessThan(1e-7);
    expect(record.report).toBe("runs/kdv-1/report.html");
    expect(files).toEqual([
      "runs",
      "runs/kdv-1",
      "runs/kdv-1/field.safetensors",
      "runs/kdv-1/report.html",
      "runs/kdv-1/run.json",
    ]);
    expect(read).toContain("4 symmetries, exactly");
  });
  test("learn function: the rotations of x² + y² + z²", async () => {
    const { record } = await learned("function", "--function", "x^2+y^2+z^2", "--method", "library");
    expect([record.count, record.truth, record.coordinates]).toEqual([3, null, ["x", "y", "z"]]);
    expect(formulas(record)).toEqual(["y ∂x - x ∂y", "z ∂x - x ∂z", "z ∂y - y ∂z"]);
    expect(record.algebra!.closure).toBeLessThan(1e-6);
    expect(record.algebra!.name).toBe("so(3)");
  });
  test("learn pde: an equation that is in no catalogue", async () => {
    const equation = ["--equation", "u_t = -6*u*u_x - 0.5*u_xxx", "--length", "60", "--time", "10"];
    const { record } = await learned("pde", ...equation, "--method", "library");
    expect([record.count, record.equationText, record.truth]).toEqual([4, "u_t = -6*u*u_x - 0.5*u_xxx", null]);
    expect(formulas(record)).toEqual(["∂x", "∂t", "6 t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"]);
  });
});
