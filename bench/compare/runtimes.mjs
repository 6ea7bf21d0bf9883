/** The runtimes that steps are timed in: each is really started, and stopped. Software adapters are taken where there is no other, since webgpu is named. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { CHROMIUM, DENO, LAVAPIPE, SWIFTSHADER } from "../../scripts/programs.mjs";
import { familySeconds, root } from "../environment.mjs";
import { bundled, serve } from "./serve.mjs";

const require = createRequire(import.meta.url);
const program = join(root, "bench/compare/process.mjs");

/** A runtime: `start(request, {software, limit, spent})` → its answer; rejects with the reason why there is none. */
export const runtimes = {
  node: (request, how) => spoken(process.execPath, ["--no-warnings", program], SWIFTSHADER, request, how),
  deno: (request, how) => {
    const deno = installed("deno", () => DENO);
    return spoken(deno, ["run", "-A", "--no-prompt", program], LAVAPIPE, request, how);
  },
  chromium: page,
  workerd: edge,
};

/**
 * What a runtime answers, in a process of its own; where it is asked for webgpu and finds no adapter, it is asked once more with a software
 * adapter in its way. `spent(seconds)` is told the processor time of what was started.
 * @returns the answer of measured.mjs, or {runtime, engine, missing} with the reason
 */
export async function answerOf(name, request, { limit, spent }) {
  const { engine } = request;
  try {
    const ask = (software) => runtimes[name](request, { software, limit, spent });
    const answer = await ask(false);
    if (engine !== "webgpu" || !/requestAdapter/.test(answer.missing ?? "")) return answer;
    const again = await ask(true);
    return again.missing ? answer : again;
  } catch (error) {
    return { runtime: name, engine, missing: String(error?.message ?? error).split("\n")[0] };
  }
}

function installed(name, find) {
  const path = find();
  if (!existsSync(path)) throw new Error(`${name} is not installed: ${path.replace(root, "")} is missing`);
  return path;
}

/** A program that gets the request as its last argument and answers on the last line of standard output. */
function spoken(file, args, icd, request, { software, limit, spent }) {
  if (software) installed("a software adapter", () => icd);
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...(software && { VK_ICD_FILENAMES: icd }) };
  const options = { cwd: root, timeout: 1000 * limit, killSignal: "SIGKILL", maxBuffer: 2 ** 26, env };
  const before = familySeconds();
  return new Promise((resolve, reject) => {
    const child = execFile(file, [...args, JSON.stringify(request)], options, (error, stdout, stderr) => {
      spent(familySeconds() - before);
      const last = stdout.trimEnd().split("\n").at(-1);
      if (child.exitCode === 0) resolve(JSON.parse(last));
      else if (error.killed) reject(new Error(`no answer within ${limit} s`));
      else
        reject(
          new Error(
            stderr
              .trim()
              .split("\n")
              .find((line) => /Error/.test(line)) ?? error.message,
          ),
        );
    });
  });
}

/** The page's worker in one file. */
const worker = () =>
  build({
    ...{ entryPoints: [join(root, "bench/compare/page.mjs")], bundle: true, format: "esm", target: "es2022" },
    ...{ platform: "browser", write: false, logLevel: "error", minify: true },
  });

/** A Web Worker of a page in Chromium, isolated, for a clock of 5 µs. */
async function page(request, { software, limit, spent }) {
  const { chromium } = await import("playwright-core");
  installed("chromium", () => CHROMIUM);
  const before = familySeconds();
  const { outputFiles } = await worker();
  const wasm = join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
  const files = {
    "/": ["text/html", '<!doctype html><link rel="icon" href="data:,"><title>bench</title>'],
    "/worker.js": ["text/javascript", outputFiles[0].contents],
    "/network.wasm": ["application/wasm", readFileSync(wasm)],
  };
  const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
  const server = createServer(({ url }, response) => {
    const [type, body] = Object.hasOwn(files, url) ? files[url] : ["text/plain", ""];
    response.writeHead(body ? 200 : 404, { "content-type": type, ...isolated }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const adapter = software ? "--use-webgpu-adapter=swiftshader" : "--enable-features=Vulkan";
  const flags = ["--no-sandbox", "--enable-unsafe-webgpu", adapter];
  let browser = null;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    const asked = tab.evaluate(async (data) => {
      const worker = new Worker("/worker.js", { type: "module" });
      const said = new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ error: message || "the worker did not load" });
      });
      worker.postMessage(data);
      return said;
    }, request);
    const { answer, error } = await within(asked, limit);
    if (error) throw new Error(error);
    return { ...answer, runtime: `chromium ${browser.version()}` };
  } finally {
    spent(familySeconds() - before); // while its processes live
    await browser?.close();
    server.close();
  }
}

/** A request to workerd; its clock runs while it computes, since it is served from here. */
async function edge(request, { limit, spent }) {
  const own = installed("workerd", () => require("workerd").default);
  const before = familySeconds();
  const served = await serve(own, await bundled(join(root, "bench/compare/workerd.mjs")));
  try {
    const answer = await within(posted(served.url, JSON.stringify(request)), limit);
    return { ...answer, runtime: `workerd ${require("workerd/package.json").version}` };
  } finally {
    spent(familySeconds() - before);
    await served.stop();
  }
}

/** Unlike fetch it waits as long as the answer takes. */
const posted = (url, body) =>
  new Promise((resolve, reject) => {
    const asked = ask(url, { method: "POST" }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`it answered ${response.statusCode}: ${text}`));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });

function within(work, seconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), 1000 * seconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
