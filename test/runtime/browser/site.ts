/** The pages under test, bundled by esbuild as a user would, and a server for them that knows nothing else. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";

const TFJS = "node_modules/@tensorflow/tfjs-backend-wasm/dist";

export type Files = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>;

/** A page that is a script and nothing else. */
export const document = (script: string): { type: string; bytes: Uint8Array } => ({
  type: "text/html; charset=utf-8",
  bytes: Buffer.from(
    `<!doctype html><meta charset="utf-8"><title>liefield</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script>`,
  ),
});

/**
 * Every file of the site by its path: scripts; beside them the workers' programs, under the names they are asked for by, and tfjs's
 * `.wasm` files. That is all that a bundle by esbuild needs.
 */
export async function bundle(): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: {
      page: "test/runtime/browser/page.mjs",
      smoke: "test/runtime/browser/smoke.mjs",
      inworker: "test/runtime/browser/inworker.mjs",
      worker: "dist/adapter/browser/worker.js",
      learner: "dist/adapter/browser/learner.js",
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    outdir: "/",
    write: false,
    logLevel: "error",
  });
  const files = new Map<string, { type: string; bytes: Uint8Array }>();
  for (const { path, contents } of outputFiles) files.set(path, { type: "text/javascript", bytes: contents });
  for (const name of ["page", "smoke"]) files.set(`/${name}.html`, document(`./${name}.js`));
  for (const name of ["tfjs-backend-wasm", "tfjs-backend-wasm-simd"])
    files.set(`/${name}.wasm`, { type: "application/wasm", bytes: readFileSync(`${TFJS}/${name}.wasm`) });
  files.set("/four.txt", { type: "text/plain", bytes: Buffer.from("abcd") });
  return files;
}

export interface Site {
  readonly url: string;
  /** Paths asked for; where the server stands in as a proxy, whole addresses of others. */
  readonly requests: readonly string[];
  /** What a page sends to /report. */
  readonly report: Promise<unknown>;
  close(): Promise<void>;
}

/** Serves the files with the given headers on a free port of this machine alone. Paths are looked up, never joined to a directory. */
export async function serve(files: Files, headers: Readonly<Record<string, string>> = {}): Promise<Site> {
  const requests: string[] = [];
  let reported: (value: unknown) => void = () => {};
  const report = new Promise<unknown>((resolve) => {
    reported = resolve;
  });
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    if (request.method === "POST" && path === "/report") return void received(request, response).then(reported);
    const file = request.method === "GET" ? files.get(path) : undefined;
    if (!file) return void response.writeHead(404).end();
    const length = "Transfer-Encoding" in headers ? {} : { "Content-Length": file.bytes.length };
    response.writeHead(200, { "Content-Type": file.type, ...length, "Cache-Control": "no-store", ...headers });
    response.end(file.bytes);
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    report,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function received(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  response.writeHead(204).end();
  return JSON.parse(Buffer.concat(parts).toString());
}
