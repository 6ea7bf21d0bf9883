import { expect, test } from "@jest/globals";
import { DENO } from "../programs.js";
import { asked, type Ended, ended } from "../runtime.js";

const ROUNDS = 3; // the least of them counts: whatever else the machine does can only add

/** Learning KdV from the start of the process to its end, on two workers in both. */
test("takes at most 1.5 times as long as in Node", async () => {
  const found = asked(DENO, ["--version"]);
  if ("missing" in found) throw new Error(found.missing);
  const program = [
    "test/runtime/main.mjs",
    JSON.stringify({ parts: ["full"], learn: { backend: "wasm", workers: 2 } }),
  ];
  const rounds: (readonly [Ended, Ended])[] = [];
  for (let i = 0; i < ROUNDS; i++)
    rounds.push([
      await ended(process.execPath, program),
      await ended(DENO, ["run", "--no-prompt", "--allow-read=dist,node_modules", ...program]),
    ]);
  expect(rounds.flat().map(({ code }) => code)).toEqual(Array(2 * ROUNDS).fill(0));
  const least = (which: 0 | 1): number => Math.min(...rounds.map((round) => round[which].seconds));
  expect(least(1) / least(0)).toBeLessThan(1.5);
}, 900_000);
