import { expect, test } from "@jest/globals";
import { FIREFOX } from "../programs.js";
import { asked, differing, type Numbers, numbers, suite } from "../runtime.js";
import { openFirefox } from "./firefox.js";
import { bundle, serve } from "./site.js";

const found = asked(FIREFOX, ["--version"]);

suite("Firefox", "missing" in found ? found.missing : null, () => {
  test("falls back to WebAssembly where there is no WebGPU, and gives Node's numbers bit for bit", async () => {
    const options = { parts: ["kernels", "library", "learn"], learn: { workers: 2 } };
    const node = numbers(process.execPath, ["test/runtime/main.mjs", JSON.stringify(options)]);
    const site = await serve(await bundle());
    const firefox = openFirefox(`${site.url}/smoke.html`);
    try {
      const own = (await within(site.report, 800)) as Numbers & { readonly gpu: boolean };
      expect(own.error).toBeUndefined();
      expect(own.runtime).toMatch(/^firefox \d+$/);
      expect([own.engine, own["learn.engine"]]).toEqual(["simd", "wasm simd"]);
      expect(own["library.count"]).toBe(4);
      const { gpu, ...rest } = own;
      expect(differing(rest, await node)).toEqual([]);
    } finally {
      await firefox.close();
      await site.close();
    }
  }, 900_000);
});

/** What a promise gives, or an error after so many seconds. */
async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page did not report within ${seconds} s`)), 1000 * seconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
