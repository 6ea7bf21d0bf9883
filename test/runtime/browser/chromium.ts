/** Debian's Chromium without a window, its profile fresh, and all it asks of others than the site written down. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "../programs.js";
import type { Site } from "./site.js";

const FLAGS =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run".split(
    " ",
  );

export interface Chromium {
  /** The page of a site in a fresh tab. */
  open(site: Site): Promise<Opened>;
  /** Any address in a fresh tab. */
  tab(address: string): Promise<Tab>;
  close(): Promise<void>;
}

export interface Tab {
  readonly page: Page;
  readonly complaints: readonly string[]; // errors and warnings on the console, uncaught errors
  close(): Promise<void>;
}

export interface Opened extends Tab {
  /** One of page.mjs by name. */
  call(name: string, ...args: readonly unknown[]): Promise<unknown>;
}

/**
 * A browser whose proxy is `witness`: requests to this machine go past it, all others end there. Slow to start (about 1 s): one does for
 * a suite.
 */
export async function launch(witness: Site): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), "liefield-chromium-"));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: [...FLAGS, `--proxy-server=${witness.url}`],
  });
  async function tab(address: string): Promise<Tab> {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(address);
    return { page, complaints, close: () => page.close() };
  }
  return {
    tab,
    async open(site) {
      const opened = await tab(`${site.url}/page.html`);
      const { page } = opened;
      await page.waitForFunction("globalThis.page");
      const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
        page.evaluate(`page.${name}(...${JSON.stringify(args)})`);
      return { ...opened, call };
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
