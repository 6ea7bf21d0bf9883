import { expect, test } from "@jest/globals";
import { end, formulas, onPlayground } from "./suite.js";

onPlayground("The playground as it is opened", (on) => {
  test("one click finds the three periodic symmetries of KdV", async () => {
    await on(async (page) => {
      await page.click("#learn");
      expect(await end(page)).toBe("learned");
      expect(await page.textContent("#result .headline")).toMatch(/^3 symmetries, exactly/);
      expect(await formulas(page)).toEqual(["∂x", "∂t", "t∂x+∂u"]);
    });
  });
});
