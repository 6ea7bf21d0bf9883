/** LIEFIELD_FUZZ_RUNS inputs, default 100 000, for every loader and parser; LIEFIELD_FUZZ=N for another seed. */
import { expect, test } from "@jest/globals";
import { fuzzed, fuzzedParser, line } from "./fuzz.js";
import { loaders } from "./loaders.js";
import { fuzzedOptions } from "./options.js";

const runs = Number(process.env.LIEFIELD_FUZZ_RUNS ?? 100_000);

test.each(loaders)("$name", async (loader) => {
  const said = await fuzzed(loader, runs);
  console.info(line(loader.name, said));
  expect(said.inputs).toBe(runs);
});

test.each(["expression", "equation"] as const)("%s as text", async (kind) => {
  const said = await fuzzedParser(kind, runs);
  console.info(line(kind, said));
  expect(said.inputs).toBe(runs);
});

test("options of the command line", async () => {
  const said = await fuzzedOptions(runs);
  console.info(line("options", said));
  expect(said.inputs).toBe(runs);
});
