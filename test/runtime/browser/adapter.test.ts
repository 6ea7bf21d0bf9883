import { readFileSync } from "node:fs";
import { request } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { browserAdapter } from "../../../src/adapter/browser/adapter.js";
import { browserName } from "../../../src/adapter/browser/agent.js";
import { serve } from "./site.js";
import { inChromium } from "./suite.js";

inChromium("The browser's adapter", ({ on, requests }) => {
  const read = (path: string, limit: number, options: object = {}): Promise<unknown> =>
    on(({ call }) => call("read", path, limit, options));
  const files = { "chosen.npz": "abcd" };

  test("reads what the user chose, up to the limit and not beyond", async () => {
    expect(await read("chosen.npz", 4, { files })).toBe("abcd");
    expect(await read("chosen.npz", 3, { files })).toMatch(/^InputError: chosen.npz has 4 bytes, above the limit of 3/);
  });
  test("fetches nothing unless told to", async () => {
    expect(await read("/four.txt", 4)).toMatch(/^InputError: \/four.txt cannot be read.*browserAdapter\({ files }\)/);
    expect(requests().own).not.toContain("/four.txt");
  });
  test("told to, fetches from the page's own server, and from no other", async () => {
    const options = { files, fetch: true };
    expect(await read("/four.txt", 4, options)).toBe("abcd");
    expect(await read("four.txt", 3, options)).toMatch(/^InputError: four.txt has 4 bytes, above the limit of 3/);
    expect(await read("/none", 4, options)).toMatch(/^InputError: \/none: the server answered 404/);
    for (const other of ["http://localhost:1/x", "//localhost/x", "data:,abcd", "http://["])
      expect(await read(other, 4, options)).toMatch(/^InputError: .* is not a path on http:\/\/127\.0\.0\.1/);
  });
  test("stops at the limit where the server says no length", async () => {
    await on(
      async ({ call }) => {
        expect(await call("read", "/long.txt", 1000, { fetch: true })).toMatch(
          /has at least \d+ bytes, above the limit of 1000/,
        );
      },
      {
        files: new Map([["/long.txt", { type: "text/plain", bytes: Buffer.alloc(2_000_000) }]]),
        headers: { "Transfer-Encoding": "chunked" },
      },
    );
  });
  test("writes by handing the user a download, and else says how", async () => {
    await on(async ({ call, page }) => {
      expect(await call("write", "runs/a.json", "{}", false)).toMatch(
        /^InputError: runs\/a.json cannot be written.*save: download/,
      );
      const [download] = await Promise.all([page.waitForEvent("download"), call("write", "runs/a.json", "{}", true)]);
      expect(download.suggestedFilename()).toBe("a.json");
      expect(readFileSync(await download.path(), "utf8")).toBe("{}");
    });
  });
});

test("where a browser has no Worker, as inside some workers, there is one thread", () => {
  expect(globalThis).not.toHaveProperty("Worker"); // nor has Node
  expect(browserAdapter().spawnWorker({ module: null })).toBeNull();
});

describe("a browser's name", () => {
  const chromium =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36";
  test.each<[string, Parameters<typeof browserName>[0]]>([
    [
      "chromium 156",
      {
        userAgentData: {
          brands: [
            { brand: "Not;A=Brand", version: "8" },
            { brand: "Chromium", version: "156" },
          ],
        },
      },
    ],
    ["chromium 156", { userAgent: chromium }],
    ["firefox 153", { userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0" }],
    [
      "safari 26",
      {
        userAgent:
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
      },
    ],
    ["browser", { userAgent: "something else" }],
    ["browser", {}],
  ])("is %s", (name, agent) => {
    expect(browserName(agent)).toBe(name);
  });
});

test("the tests' server gives its own files and nothing above or beside them", async () => {
  const site = await serve(new Map([["/a", { type: "text/plain", bytes: Buffer.from("a") }]]));
  const { port } = new URL(site.url);
  const status = (path: string, method = "GET"): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, method }, ({ statusCode }) => resolve(statusCode))
        .on("error", reject)
        .end();
    });
  try {
    expect(await status("/a")).toBe(200);
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/package.json", "//a", "/a/", "/etc/passwd"])
      expect([path, await status(path)]).toEqual([path, 404]);
    expect(await status("/a", "DELETE")).toBe(404);
  } finally {
    await site.close();
  }
});
