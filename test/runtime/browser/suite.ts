/** A suite on a site of its own in a browser of its own. */
import { afterAll, beforeAll } from "@jest/globals";
import { CHROMIUM } from "../programs.js";
import { asked, suite } from "../runtime.js";
import { type Chromium, launch, type Opened } from "./chromium.js";
import { bundle, type Files, type Site, serve } from "./site.js";

const found = asked(CHROMIUM, ["--version"]);

export interface Pages {
  /** What was asked of the suite's own site, and of any other server. */
  requests(): { readonly own: readonly string[]; readonly foreign: readonly string[] };
  /** The page in a fresh tab, given to `work` and closed; on the suite's own site, or on one with other headers or files. */
  on<T>(work: (opened: Opened, site: Site) => Promise<T>, other?: Other): Promise<T>;
}

/** Chromium looks for updates and accounts, and at forms for what it could fill in, in spite of the flags against it. */
export const BROWSERS_OWN =
  /^(CONNECT |http:\/\/)(update\.googleapis|content-autofill\.googleapis|accounts\.google)\.com[:/]/;

export interface Other {
  readonly headers?: Readonly<Record<string, string>>;
  readonly files?: Files; // instead of those of the same path
  readonly without?: readonly string[]; // paths
}

/** `bundled`: what makes the site's files, by default esbuild's bundle. */
export function inChromium(title: string, body: (pages: Pages) => void, bundled: () => Promise<Files> = bundle): void {
  suite(title, "missing" in found ? found.missing : null, () => {
    let files: Files;
    let site: Site;
    let browser: Chromium;
    beforeAll(async () => {
      files = await bundled();
      site = await serve(files);
      browser = await launch(site);
    }, 900_000);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    async function at<T>(own: Site, work: (opened: Opened, site: Site) => Promise<T>): Promise<T> {
      const opened = await browser.open(own);
      try {
        return await work(opened, own);
      } finally {
        await opened.close();
      }
    }
    body({
      requests: () => ({
        own: site.requests.filter((path) => files.has(path)),
        foreign: site.requests.filter((path) => !files.has(path) && !BROWSERS_OWN.test(path)),
      }),
      async on(work, other) {
        if (!other) return at(site, work);
        const rest = [...files, ...(other.files ?? [])].filter(([path]) => !other.without?.includes(path));
        const own = await serve(new Map(rest), other.headers);
        try {
          return await at(own, work);
        } finally {
          await own.close();
        }
      },
    });
  });
}
