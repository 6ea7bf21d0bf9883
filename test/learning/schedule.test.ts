import { expect, test } from "@jest/globals";
import { cycle, quarters } from "../../src/learning/schedule.js";

test("quarters are the paper's: times 0.4 after each", () => {
  const rates = [0, 24, 25, 50, 75, 99, 100].map((done) => quarters(done, 100, 0.4));
  for (const [i, right] of [1, 1, 0.4, 0.16, 0.064, 0.064, 0.064].entries()) expect(rates[i]).toBeCloseTo(right, 12);
});

test("a cycle goes up along a line and down as half a cosine, to 0", () => {
  const rates = [0.025, 0.05, 0.05 + 0.95 / 3, 0.525, 1].map((share) => cycle(share, 0.05));
  for (const [i, right] of [0.5, 1, 0.75, 0.5, 0].entries()) expect(rates[i]).toBeCloseTo(right, 12);
});
