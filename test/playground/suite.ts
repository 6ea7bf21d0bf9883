/** A suite on the playground, in a browser of its own; every test gets a fresh tab. */
import { afterAll, beforeAll, expect } from "@jest/globals";
import type { Page } from "playwright-core";
import { type Chromium, launch } from "../runtime/browser/chromium.js";
import { type Site, serve } from "../runtime/browser/site.js";
import { BROWSERS_OWN } from "../runtime/browser/suite.js";
import { CHROMIUM } from "../runtime/programs.js";
import { asked, suite } from "../runtime/runtime.js";
import { built, FOLDER } from "./site.js";

const found = asked(CHROMIUM, ["--version"]);

export interface Shown {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
}

/** Opens the page, lets `work` use it, and sees that it complained of nothing and asked for no file but its own. */
export type OnPage = <T>(work: (page: Page) => Promise<T>, shown?: Shown) => Promise<T>;

export function onPlayground(title: string, body: (on: OnPage) => void): void {
  suite(title, "missing" in found ? found.missing : null, () => {
    let site: Site;
    let browser: Chromium;
    let paths: ReadonlySet<string>;
    beforeAll(async () => {
      const files = await built();
      paths = new Set(files.keys());
      site = await serve(files);
      browser = await launch(site);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });
    body(async (work, { width = 1200, height = 900, scheme = "light" } = {}) => {
      const { page, complaints, close } = await browser.tab("about:blank");
      const asked: string[] = []; // by the page and its workers
      page.on("request", (request) => asked.push(request.url()));
      try {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
        await page.goto(`${site.url}${FOLDER}/index.html`);
        await page.waitForSelector("#equation-read math");
        const out = await work(page);
        expect(complaints).toEqual([]);
        expect(asked.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(`${site.url}${FOLDER}/`))).toEqual(
          [],
        );
        expect(site.requests.filter((path) => !paths.has(path) && !BROWSERS_OWN.test(path))).toEqual([]); // nothing but its own files
        return out;
      } finally {
        await close();
      }
    });
  });
}

export const phase = (page: Page): Promise<string | undefined> => page.evaluate(() => document.body.dataset.phase);

/** Waits for the end of a run, of whatever kind. */
export async function end(page: Page): Promise<string | undefined> {
  await page.waitForFunction(() => ["learned", "opened", "idle"].includes(document.body.dataset.phase ?? ""), null, {
    timeout: 180_000,
  });
  return phase(page);
}

export const formulas = (page: Page): Promise<string[]> =>
  page.$$eval("#formulas .typeset", (all) =>
    all.map((one) => (one.textContent ?? "").replace(/[\s\u2061\u2062]/g, "")),
  );

/** Sets values of the settings, opening them. */
export async function set(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  await page.$eval("#settings", (details) => details.setAttribute("open", ""));
  for (const [name, value] of Object.entries(values)) await page.fill(`#option-${name}`, value);
}

/** For which s the moved solution is drawn, and where along x, as a share, its highest crest is in the middle of the times. */
export const picture = (page: Page): Promise<{ readonly s: string; readonly crest: number }> =>
  page.$eval("#flow", (flow) => {
    const canvas = flow.querySelector("canvas")!;
    const { width, height } = canvas;
    const row = canvas.getContext("2d")!.getImageData(0, Math.round(height / 2), width, 1).data;
    const bright = Array.from({ length: width }, (_, i) => row[4 * i]! + row[4 * i + 1]!); // viridis ends in yellow
    return { s: (flow as HTMLElement).dataset.s ?? "", crest: (bright.indexOf(Math.max(...bright)) + 0.5) / width };
  });
