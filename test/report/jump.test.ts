import { expect, test } from "@jest/globals";
import { countDefaults, countSymmetries } from "../../src/learning/count.js";
import { decidingJump } from "../../src/report/jump.js";

test.each<[string, (number | null)[], number | null]>([
  ["counts nothing below the floor", [1e-15, 1e-14, 6.4e-8, 1e-6], 64],
  ["counts from the floor to the first score", [5e-8, 1e-7, 4e-7], 50],
  ["passes over scores that are no numbers", [1e-12, null, 3e-7, 6e-7], 300],
  ["is none where there are no scores", [], null],
])("the jump %s", (_, scores, jump) => {
  const found = decidingJump(scores);
  if (jump === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(jump, 6);
});

test("the jump is what the count is decided by", () => {
  for (const [last, countIs] of [
    [9.9e-8, "undecided"],
    [1.1e-7, "exact"],
  ] as const) {
    const scores = Float64Array.of(1e-16, 3e-13, last);
    expect(countSymmetries(scores, countDefaults).countIs).toBe(countIs);
    expect(decidingJump([...scores])! >= countDefaults.decisive).toBe(countIs === "exact");
  }
});
