import { expect, test } from "@jest/globals";
import { missedAtBest, smoothness } from "./smooth.js";
import { onPlayground } from "./suite.js";

/** By the clock, so with nothing beside it: `npm run test:alone`. */
onPlayground("The playground while it learns, 20 inputs", (on) => {
  test("answers 95 % within 50 ms and all within 200, and no task of the page takes 50", async () => {
    expect(await missedAtBest(() => on((page) => smoothness(page, 20)), false)).toEqual([]);
  }, 300_000);
});
