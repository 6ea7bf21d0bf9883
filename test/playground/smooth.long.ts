import { expect, test } from "@jest/globals";
import { missedAtBest, smoothness } from "./smooth.js";
import { onPlayground } from "./suite.js";

onPlayground("The playground while it learns, 200 inputs", (on) => {
  test("answers 95 % within 50 ms and all within 200, and no task of the page takes 50", async () => {
    expect(await missedAtBest(() => on((page) => smoothness(page, 200)), true)).toEqual([]);
  }, 600_000);
});
