/** A page of Debian's chromium with a bundle of a module of this folder, served from this machine. */

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM } from "../programs.js";

const NETWORK = "node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";

export interface Opened {
  readonly browser: Browser;
  readonly page: Page;
  close(): Promise<void>;
}

/** The bundle lies at /main.js, tfjs's wasm at /network.wasm. */
export async function open(entry: string): Promise<Opened> {
  const bundle = await build({ entryPoints: [entry], bundle: true, format: "esm", platform: "browser", write: false });
  const files = new Map<string, readonly [type: string, body: string | Uint8Array]>([
    ["/", ["text/html", "<!doctype html><title>WebGPU</title>"]],
    ["/main.js", ["text/javascript", bundle.outputFiles[0]!.contents]],
    ["/network.wasm", ["application/wasm", readFileSync(NETWORK)]],
  ]);
  const server = createServer(({ url = "" }, answer) => {
    const [type, body] = files.get(url) ?? ["text/plain", ""];
    answer.writeHead(files.has(url) ? 200 : 404, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const flags = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    ...{ browser, page },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
