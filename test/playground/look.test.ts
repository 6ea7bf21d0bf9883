import { expect, test } from "@jest/globals";
import { PAGE_COLOURS } from "../../src/report/palette.js";
import { contrast } from "../report/contrast.js";
import { end, onPlayground } from "./suite.js";

onPlayground("The playground's look", (on) => {
  test.each([390, 360])(
    "at %i px nothing is wider than the screen, before, during, after and with an error",
    async (width) => {
      await on(
        async (page) => {
          const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
          expect(await wide()).toBe(width);
          for (const summary of await page.$$("form summary")) await summary.click();
          expect(await wide()).toBe(width);
          await page.fill("#equation", `u_t = ${"u*".repeat(60)}q_x`);
          await page.waitForSelector("#equation[aria-invalid=true]");
          expect(await wide()).toBe(width);
          await page.selectOption("#choice", "heat");
          await page.check('input[value="library"]');
          await page.click("#learn");
          expect(await wide()).toBe(width);
          expect(await end(page)).toBe("learned");
          await page.waitForSelector("#flow-s");
          for (const summary of await page.$$("#result summary")) if (await summary.isVisible()) await summary.click();
          expect(await wide()).toBe(width);
        },
        { width, height: 800 },
      );
    },
  );

  test.each(["light", "dark"] as const)("in %s its texts stand out from their grounds", async (scheme) => {
    await on(
      async (page) => {
        const colours = await page.evaluate(() => {
          const hex = (colour: string): string =>
            `#${[...colour.matchAll(/\d+/g)]
              .slice(0, 3)
              .map(([n]) => Number(n).toString(16).padStart(2, "0"))
              .join("")}`;
          const ground = (e: Element | null): string => {
            for (let own = e; own; own = own.parentElement) {
              const { backgroundColor } = getComputedStyle(own);
              if (!/^rgba\(.*, 0\)$|transparent/.test(backgroundColor)) return hex(backgroundColor);
            }
            return "#ffffff";
          };
          return [
            ...document.querySelectorAll(
              "h1, p, label, summary, button:enabled, select, input, .card span, .hint, footer",
            ),
          ]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.tagName, hex(getComputedStyle(e).color), ground(e)] as const);
        });
        expect(colours.find(([tag]) => tag === "H1")).toEqual([
          "H1",
          PAGE_COLOURS[scheme].text,
          PAGE_COLOURS[scheme].ground,
        ]);
        expect(colours.filter(([, colour, ground]) => contrast(colour, ground) < 4.5)).toEqual([]);
        expect(colours.length).toBeGreaterThan(15);
      },
      { scheme },
    );
  });

  test("every control has a name", async () => {
    await on(async (page) => {
      await page.check('input[value="library"]');
      await page.click("#learn");
      expect(await end(page)).toBe("learned");
      await page.waitForSelector("#flow-s");
      const nameless = await page.$$eval("input, select, button", (all) =>
        all
          .filter(
            (e) => !((e as HTMLInputElement).labels?.length || e.textContent?.trim() || e.getAttribute("aria-label")),
          )
          .map((e) => e.outerHTML),
      );
      expect(nameless).toEqual([]);
    });
  });
});
