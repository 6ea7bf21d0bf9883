import { expect, test } from "@jest/globals";
import { catalogue } from "../../src/equation/catalogue.js";
import { end, formulas, onPlayground, phase, set } from "./suite.js";

onPlayground("The playground's form", (on) => {
  test.each<[string, RegExp, string, string]>([
    ["u_t = -u*u_x - u_xxx +", /nothing follows/, "␣", ""],
    ["u_t = -u*u_q - u_xxx", /^Unknown name u_q/, "u_q", "u_q"],
    ["u_t = bar(u) + u_xx", /^Unknown name bar/, "bar", "bar"],
    ["u_t = u_xx + 2 u", /^Expected an operator; write \* for a product/, "u", "u"],
    ["u_x = u_t", /left-hand side/, "u_x", "u_x"],
    ["u_t = u_xxxxx", /at most 4 is possible/, "u_xxxxx", "u_xxxxx"],
  ])("%s is answered beside the field, at the place, and not learned from", async (text, words, marked, selected) => {
    await on(async (page) => {
      await page.fill("#equation", text);
      await page.waitForSelector("#equation[aria-invalid=true]");
      expect(await page.textContent(".fault")).toMatch(words);
      expect(await page.textContent(".fault")).not.toMatch(/⟨here⟩|--/);
      expect(await page.textContent("#equation-read mark")).toBe(marked);
      await page.click("#learn");
      expect(await phase(page)).toBe("idle");
      const focused = await page.evaluate(() => {
        const { id, value, selectionStart, selectionEnd } = document.activeElement as HTMLInputElement;
        return [id, value.slice(selectionStart!, selectionEnd!)];
      });
      expect(focused).toEqual(["equation", selected]);
    });
  });

  test("settings out of bounds are said and focused; input that learning refuses is a sentence", async () => {
    await on(async (page) => {
      await set(page, { generators: "17" });
      await page.click("#learn");
      expect(await page.textContent("#problem")).toBe("Slots is 17; give a whole number from 1 to 16.");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("option-generators");
      await page.check('input[name="method"][value="library"]');
      await set(page, { members: "exp(q)" });
      await page.click("#learn");
      expect(await end(page)).toBe("idle");
      expect(await page.textContent("#problem")).toMatch(/q/);
      expect(await page.textContent("#problem")).not.toMatch(/--/);
      await set(page, { members: "" });
      await page.click("#learn");
      expect(await page.isVisible("#problem")).toBe(false);
      expect(await end(page)).toBe("learned");
    });
  });

  test("what the network does not take goes to the library, with the reason", async () => {
    await on(async (page) => {
      await page.selectOption("#choice", "wave-2d");
      expect(await page.isDisabled('input[value="neural"]')).toBe(true);
      expect(await page.isChecked('input[value="library"]')).toBe(true);
      expect(await page.textContent("#method-note")).toMatch(/one space dimension/);
      await page.selectOption("#choice", "burgers");
      expect(await page.isChecked('input[value="neural"]')).toBe(true); // as it was wanted
      expect(await page.inputValue('input[name="nu"]')).toBe("0.01");
    });
  });

  test("every equation of the list is read as it stands", async () => {
    await on(async (page) => {
      for (const name of Object.keys(catalogue)) {
        await page.selectOption("#choice", name);
        expect([name, await page.inputValue("#choice"), await page.getAttribute("#equation", "aria-invalid")]).toEqual([
          name,
          name,
          "false",
        ]);
        expect(await page.inputValue("#equation")).toBe(catalogue[name]!.text);
      }
    });
  });

  test("everything by the keyboard alone: choose, learn, move, with the focus always to be seen", async () => {
    await on(async (page) => {
      const focused = (): Promise<string> =>
        page.evaluate(() => {
          const own = document.activeElement as HTMLInputElement;
          return own.id || own.name || own.tagName.toLowerCase();
        });
      const outlined = (): Promise<boolean> =>
        page.evaluate(() => {
          const own = document.activeElement!;
          const around = [own, own.nextElementSibling, own.previousElementSibling, own.parentElement].filter(
            (e) => e !== null,
          );
          return around.some(
            (e) => getComputedStyle(e).outlineStyle === "solid" && parseFloat(getComputedStyle(e).outlineWidth) >= 2,
          );
        });
      const tabTo = async (name: string): Promise<void> => {
        for (let press = 0; press < 40; press++) {
          await page.keyboard.press("Tab");
          if ((await focused()) === name) {
            expect([name, await outlined()]).toEqual([name, true]);
            return;
          }
        }
        throw new Error(`no ${name} within 40 presses of Tab`);
      };
      await tabTo("choice");
      await page.keyboard.press("h"); // heat
      await tabTo("equation");
      expect(await page.inputValue("#equation")).toMatch(/u_t = .*u_xx/);
      await tabTo("method");
      await page.keyboard.press("ArrowDown");
      await tabTo("learn");
      await tabTo("file");
      await page.keyboard.press("Shift+Tab");
      expect(await focused()).toBe("learn"); // the one before
      await page.keyboard.press("Enter");
      expect(await end(page)).toBe("learned");
      expect((await formulas(page)).length).toBe(8);
      await page.waitForSelector("#flow-s");
      await tabTo("flow-field");
      await page.keyboard.press("ArrowRight");
      await tabTo("flow-s");
      await page.keyboard.press("ArrowLeft");
      expect(await page.getAttribute("#flow-s", "aria-valuetext")).toMatch(/^s is −/);
      await tabTo("flow-time");
      await tabTo("slot");
      await tabTo("save-field");
    });
  });
});
