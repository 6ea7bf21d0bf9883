import { describe, expect, test } from "@jest/globals";
import { fuzzed, fuzzedParser, line } from "./fuzz.js";
import { loaders } from "./loaders.js";
import { mutated } from "./mutation.js";
import { fuzzedOptions } from "./options.js";

const RUNS = 100; // a thousandth of test/fuzz/fuzz.long.ts

describe("random and mutated files are read or refused in one line", () => {
  test.each(loaders)("$name", async (loader) => {
    for (const bytes of loader.valid) await Promise.resolve(loader.load(mutated(bytes, []))).catch(refusal);
    expect((await fuzzed(loader, RUNS)).inputs).toBe(RUNS);
  });
  /** Of the files to start from, those that h5py writes and that are not read. */
  const refusal = (error: Error): void => expect(error.message).toMatch(/heap|holds no numbers/);
});

test.each(["expression", "equation"] as const)(
  "random texts as an %s are read or refused in one line",
  async (kind) => {
    const said = await fuzzedParser(kind, RUNS);
    expect([said.inputs, line(kind, said).includes(`${RUNS} inputs`)]).toEqual([RUNS, true]);
  },
);

test("random command lines are done or refused in one line, with nothing left", async () => {
  const { inputs, read } = await fuzzedOptions(RUNS);
  expect([inputs, read < RUNS]).toEqual([RUNS, true]);
});
