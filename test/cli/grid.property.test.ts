import { expect, test } from "@jest/globals";

import { gridOf, MOST_SHARDS, shardRequest, shardsOf } from "../../src/cli/grid.js";
import { learn } from "../../src/cli/learn.js";
import { InputError } from "../../src/engine/error.js";
import { fc } from "../property.js";

const encoder = new TextEncoder();

/** Throws unless the bytes are a grid whose runs can be asked for, or are refused by an InputError of bounded length. */
function held(bytes: Uint8Array): boolean {
  try {
    const shards = shardsOf(gridOf(bytes, "/a"));
    if (shards.length > MOST_SHARDS || new Set(shards.map(({ argv }) => argv.join("\0"))).size !== shards.length)
      throw new Error("too many runs, or one twice");
    for (const shard of shards.slice(0, 3)) shardRequest(shard);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.message.length > 20_000) throw new Error("a message without bounds");
    return false;
  }
}

test("any bytes are a grid or are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void held(bytes)),
    { numRuns: 2000 },
  );
});

test("any JSON is a grid or is refused, keys of the command line among it", () => {
  const names = [...Object.keys(learn.args), "vary", "__proto__", "constructor", "toString"];
  const value = fc.oneof(
    fc.constantFrom("kdv", "heat", "library", "neural", "1:2", "a=1", ""),
    fc.integer({ min: -2, max: 300 }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const options = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
  const vary = fc.dictionary(fc.constantFrom(...names), fc.array(value, { maxLength: 4 }), { maxKeys: 3 });
  const task = fc.constantFrom("kdv", "heat", "pde", "none");
  let grids = 0;
  fc.assert(
    fc.property(options, vary, task, (base, varied, of) => {
      if (held(encoder.encode(JSON.stringify({ task: of, ...base, vary: varied })))) grids++;
    }),
    { numRuns: 2000 },
  );
  expect(grids).toBeGreaterThan(20); // not all were refused
});

test("a grid of numbers is its product, each combination once", () => {
  const list = (most: number) => fc.uniqueArray(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(list(1000), list(6), list(16), (seed, degree, generators) => {
      const grid = { task: "heat", vary: { seed, degree, generators } };
      const shards = shardsOf(gridOf(encoder.encode(JSON.stringify(grid)), "/a"));
      expect(shards.map(({ index }) => index)).toEqual(Array.from({ length: shards.length }, (_, i) => i));
      const all = seed.flatMap((s) => degree.flatMap((d) => generators.map((g) => [s, d, g].join())));
      expect(shards.map(({ varied }) => Object.values(varied).join())).toEqual(all);
    }),
    { numRuns: 100 },
  );
});
