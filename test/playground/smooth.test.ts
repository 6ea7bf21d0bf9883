import { expect, test } from "@jest/globals";
import { least } from "../patience.js";
import { tasksOf } from "./processor.js";
import { end, onPlayground, set } from "./suite.js";

onPlayground("The playground while it learns", (on) => {
  test("no task of the page takes 50 ms of processor time, from the first click to the result and its first moves", async () => {
    const longest = async (): Promise<number> => {
      const tasks = await on((page) =>
        tasksOf(page, async () => {
          await set(page, { steps: "60", trajectories: "4" });
          await page.click("#learn");
          await page.waitForSelector('[data-part="slots"] label');
          for (let slot = 1; slot <= 4; slot++) await page.click(`[data-part="slots"] label:nth-of-type(${slot})`);
          expect(await end(page)).toBe("learned");
          await page.waitForSelector("#flow-s");
          for (let press = 0; press < 10; press++) await page.press("#flow-s", "ArrowLeft");
          await page.waitForTimeout(500);
        }),
      );
      console.info(
        `${tasks.length} tasks, longest ${tasks
          .slice(0, 3)
          .map((ms) => ms.toFixed(1))
          .join(", ")} ms of processor time`,
      );
      expect(tasks.length).toBeGreaterThan(500);
      return tasks[0]!;
    };
    expect(await least(50, longest, 3)).toBeLessThan(50); // a processor that others use too counts their cache misses as ours
  }, 900_000);
});
