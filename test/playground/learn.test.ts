import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { readField } from "../../src/learn/fields.js";
import { end, formulas, onPlayground, phase, picture, set } from "./suite.js";

const headline = (page: Page): Promise<string | null> => page.textContent("#result .headline");
const library = (page: Page): Promise<void> => page.check('input[name="method"][value="library"]');

/** Waits until the solution is drawn for another s than this one. */
async function moved(page: Page, from: string): Promise<void> {
  await page.waitForFunction(
    (before) => ![undefined, before].includes(document.querySelector<HTMLElement>("#flow")!.dataset.s),
    from,
    { timeout: 60_000 },
  );
}

onPlayground("Learning on the playground", (on) => {
  test("an equation from the list, by the library: its count, its formulas, a solution to move, files to keep and to open again", async () => {
    await on(async (page) => {
      await library(page);
      await page.click("#learn");
      expect(await end(page)).toBe("learned");
      expect(await headline(page)).toMatch(/^4 symmetries, exactly: the spectrum jumps by a factor/);
      const read = ["∂x", "∂t", "t∂x+∂u", "x∂x+3t∂t−2u∂u"];
      expect(await formulas(page)).toEqual(read);
      expect(await page.$$eval("#formulas math", (all) => all.length)).toBeGreaterThanOrEqual(4);
      expect(
        await page.$$eval(".verdicts li", (all) => all.map((one) => /a symmetry\. Moved/.test(one.textContent!))),
      ).toEqual([true, true, true, true]);

      await moved(page, "");
      const [first, profile] = [await picture(page), await page.innerHTML('#flow [data-part="profile"]')];
      await page.fill("#flow-s", "-30");
      await moved(page, first.s);
      const second = await picture(page);
      expect([Number(first.s), Number(second.s)]).toEqual([25, -15]);
      const shift = second.crest - first.crest - (-15 - 25) / 128; // along ∂x, the first, the picture moves by s of the period 128
      expect(Math.abs(shift - Math.round(shift))).toBeLessThanOrEqual(1 / 64); // a column of the coarser picture
      expect(await page.innerHTML('#flow [data-part="profile"]')).not.toBe(profile);
      const one = await page.innerHTML('#flow [data-part="profile"]');
      await page.fill("#flow-time", "90");
      await page.waitForFunction(
        (before) => document.querySelector('#flow [data-part="profile"]')!.innerHTML !== before,
        one,
      );

      const [field] = await Promise.all([page.waitForEvent("download"), page.click("#save-field")]);
      expect(field.suggestedFilename()).toBe("kdv-1.safetensors");
      const path = await field.path();
      const stored = readField(readFileSync(path));
      expect([stored.task, stored.verdicts.length, stored.formulas.length]).toEqual(["kdv", 4, 4]);
      const [report] = await Promise.all([page.waitForEvent("download"), page.click("#save-report")]);
      expect(report.suggestedFilename()).toBe("kdv-1.html");
      const text = readFileSync(await report.path(), "utf8");
      expect([text.startsWith("<!doctype html>"), text.trimEnd().endsWith("</html>")]).toEqual([true, true]);
      expect(text).toContain("Symmetries of kdv");

      await page.setInputFiles("#file", { name: "mine.safetensors", mimeType: "", buffer: readFileSync(path) });
      await page.waitForFunction(() => document.body.dataset.phase === "opened");
      expect(await headline(page)).toBe("4 formulas in mine.safetensors: 4 accepted as symmetries.");
      expect(await formulas(page)).toEqual(read);
      await page.waitForSelector("#flow-s");
      await moved(page, "");
      expect((await picture(page)).s).not.toBe("0");
    });
  });

  test("an equation of one's own with a parameter", async () => {
    await on(async (page) => {
      await page.fill("#equation", "u_t = -a*u*u_x - u_xxx");
      await page.fill('input[name="a"]', "6");
      await page.waitForFunction(() => /6/.test(document.querySelector("#equation-read")!.textContent!));
      expect(await page.inputValue("#choice")).toBe("pde");
      await library(page);
      await page.focus("#equation");
      await page.keyboard.press("Enter"); // as good as the button
      expect(await end(page)).toBe("learned");
      expect(await headline(page)).toMatch(/^4 symmetries, exactly/);
      const read = ["∂x", "∂t", "6t∂x+∂u", "x∂x+3t∂t−2u∂u"];
      expect(await formulas(page)).toEqual(read);
      const [field] = await Promise.all([page.waitForEvent("download"), page.click("#save-field")]);
      await page.setInputFiles("#file", await field.path());
      await page.waitForFunction(() => document.body.dataset.phase === "opened");
      expect(await formulas(page)).toEqual(read);
      await page.waitForSelector("#flow-s"); // a solution of the equation that the file names
    });
  });

  test("a network in the making: words, bar, time left, curves, arrows and spectrum that change; then its slots", async () => {
    await on(async (page) => {
      await set(page, { steps: "120", trajectories: "4" });
      await page.click("#learn");
      await page.waitForFunction(() => /step \d+ of 120/.test(document.querySelector("#stage")!.textContent!));
      const drawn = (): Promise<string[]> =>
        page.$$eval(
          '[data-part="scores"] .curve path, [data-part="field"] .arrows, [data-part="spectrum"] .mark',
          (all) => all.map((one) => `${one.getAttribute("d")}${one.getAttribute("transform")}`),
        );
      const before = await drawn();
      await page.waitForFunction(
        () => Number(/step (\d+)/.exec(document.querySelector("#stage")!.textContent!)?.[1]) > 60,
      );
      const after = await drawn();
      expect(after.length).toBeGreaterThanOrEqual(9);
      expect(after.filter((path) => before.includes(path)).length).toBeLessThan(3);
      expect(await page.textContent("#remaining")).toMatch(/^about \d+ s left$|^almost done$/);
      expect(await page.$eval("#bar", (bar) => (bar as HTMLProgressElement).value)).toBeGreaterThan(0.3);
      await page.click('[data-part="slots"] label:nth-of-type(3)');
      await page.waitForSelector('[data-part="field"] .k3');
      expect(await end(page)).toBe("learned");
      expect(await page.$$eval(".verdicts li", (all) => all.length)).toBe(4);
      await page.waitForSelector("#flow-s");
      expect(await page.$$eval('[name="flow-field"]', (all) => all.length)).toBe(4);
      const read = await formulas(page);
      const [field] = await Promise.all([page.waitForEvent("download"), page.click("#save-field")]);
      await page.setInputFiles("#file", await field.path());
      await page.waitForFunction(() => document.body.dataset.phase === "opened");
      expect(await headline(page)).toMatch(/^4 fields in /);
      expect(await formulas(page)).toEqual(read.filter((one) => one !== "noformula")); // so short a run may span what no formula fits
    });
  });

  test("a cancel stops within 200 ms, by the button and by Escape", async () => {
    const times: number[] = [];
    for (
      let attempt = 0;
      attempt < 3 && (times.length === 0 || Math.max(...times.slice(-2)) >= 200);
      attempt++ // a shared machine may be late
    )
      await on(async (page) => {
        for (const way of ["button", "Escape"]) {
          await page.evaluate(() => {
            const watch = window as unknown as { stopped?: Promise<number> };
            watch.stopped = new Promise((resolve) => {
              const begin = (event: Event): void => {
                new MutationObserver((_, observer) => {
                  if (document.body.dataset.phase !== "idle") return;
                  observer.disconnect();
                  resolve(performance.now() - event.timeStamp);
                }).observe(document.body, { attributes: true });
                for (const type of ["click", "keydown"]) document.removeEventListener(type, begin, true);
              };
              setTimeout(() => {
                for (const type of ["click", "keydown"]) document.addEventListener(type, begin, true);
              }, 500); // the click that begins is over
            });
          });
          await page.click("#learn");
          await page.waitForSelector('[data-part="slots"] label');
          await page.waitForTimeout(600);
          if (way === "button") await page.click("#cancel");
          else await page.keyboard.press("Escape");
          times.push(await page.evaluate(() => (window as unknown as { stopped: Promise<number> }).stopped));
          expect(await phase(page)).toBe("idle");
          expect(await page.textContent("#announcer")).toBe("Cancelled.");
          const [bar, watch] = [await page.isVisible("#progress"), await page.textContent("#watch-title")];
          expect([bar, watch]).toEqual([false, "Cancelled: as far as it came"]);
        }
      });
    console.info(`cancelled after ${times.map(Math.round).join(", ")} ms`);
    expect(Math.max(...times.slice(-2))).toBeLessThan(200);
  });
});
