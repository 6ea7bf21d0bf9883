import { expect, test } from "@jest/globals";
import { writeSafetensors } from "../../src/data/safetensors.js";
import { onPlayground } from "./suite.js";

/** A field of one formula, ∂x, as `writeField` would write it; with entries of the metadata changed or left out. */
function file(changes: Readonly<Record<string, string | null>> = {}): Buffer {
  const metadata: Record<string, string | null> = {
    format: "liefield generators 1",
    version: "0.5.0",
    task: "kdv",
    coordinates: '["x","t","u"]',
    offset: "[0,44,0]",
    scale: "[128,56,1.3]",
    verdicts: '["accepted"]',
    formulas: '[["1","0","0"]]',
    ...changes,
  };
  return Buffer.from(
    writeSafetensors(
      [],
      Object.entries(metadata).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
  );
}

onPlayground("Opening files on the playground", (on) => {
  test.each<[string, Buffer, RegExp]>([
    ["of nothing", Buffer.alloc(0), /damaged: it has 0 bytes but at least 8 are expected; copy/],
    ["of something else", Buffer.from("<!doctype html><p>not a field</p>"), /^The safetensors file is damaged/],
    ["cut short", file().subarray(0, 100), /ends within its header/],
    ["of another format", file({ format: "other" }), /a file of format "liefield generators 1" is expected/i],
    ["with a formula that is none", file({ formulas: '[["1","(0","0"]]' }), /formula 1 cannot be read/],
    [
      "whose readings are too many",
      file({ reads: '["∂x","∂t"]' }),
      /its reads does not fit the rest; download it again/,
    ],
    [
      "whose setting is no setting",
      file({ setting: '{"parameters":{"nu":"a"}}' }),
      /its setting does not fit the rest/,
    ],
  ])("one %s is a sentence", async (_, buffer, words) => {
    await on(async (page) => {
      await page.setInputFiles("#file", { name: "a.safetensors", mimeType: "", buffer });
      await page.waitForSelector("#problem:not([hidden])");
      expect(await page.textContent("#problem")).toMatch(words);
      expect(await page.isVisible("#result")).toBe(false);
    });
  });

  test("one dropped on the page, as liefield itself writes it: formula and moved solution; nothing in it becomes markup", async () => {
    const wild = file({
      task: "kdv",
      reads: JSON.stringify(["<img src=x onerror=alert(1)> ∂x"]),
      mathml: JSON.stringify(["<mi onclick='alert(1)'>x</mi>"]),
      equation: "<script>alert(1)</script>",
    });
    for (const [buffer, read] of [
      [file(), "∂x"],
      [wild, "<img src=x onerror=alert(1)> ∂x"],
    ] as const)
      await on(async (page) => {
        await page.evaluate(
          (bytes) => {
            const carried = new DataTransfer();
            carried.items.add(new File([Uint8Array.from(bytes)], "dropped.safetensors"));
            for (const type of ["dragover", "drop"])
              document.body.dispatchEvent(
                new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }),
              );
          },
          [...buffer],
        );
        await page.waitForSelector("#flow-s");
        expect(await page.textContent("#result .headline")).toBe(
          "1 formula in dropped.safetensors: 1 accepted as symmetries.",
        );
        expect((await page.textContent("#formulas .typeset"))!.trim()).toBe(read);
        expect(await page.$$("#result img, #result script, #result [onclick], #result [onerror]")).toEqual([]);
      });
  });

  test("opening one whose equation takes long to solve can be cancelled", async () => {
    await on(async (page) => {
      const long = file({
        task: "pde",
        equation: "u_t = u_xx - u^3*sin(t)",
        setting: '{"parameters":{},"time":2e4}',
      });
      await page.setInputFiles("#file", { name: "long.safetensors", mimeType: "", buffer: long });
      await page.waitForFunction(() => document.body.dataset.phase === "opening");
      await page.waitForTimeout(500);
      expect(await page.textContent("#stage")).toMatch(/^Opening long.safetensors/);
      await page.click("#cancel");
      await page.waitForFunction(() => document.body.dataset.phase === "idle");
      await page.setInputFiles("#file", { name: "b.safetensors", mimeType: "", buffer: file() });
      await page.waitForSelector("#flow-s");
    });
  });
});
