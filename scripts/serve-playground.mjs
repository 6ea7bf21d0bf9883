/** Serves a folder of files on this machine alone: `node scripts/serve-playground.mjs [FOLDER] [PORT]`, default build/playground and 4173. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../build/playground"));
const port = Number(process.argv[3] ?? 4173);
if (!existsSync(join(folder, "index.html"))) fail(`${folder} holds no playground; build one: npm run playground:build`);
if (!(Number.isInteger(port) && port >= 0 && port < 65536))
  fail(`the port is ${process.argv[3]}; pass a whole number from 0 to 65535`);
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const paths = new Map(readdirSync(folder).map((name) => [`/${name}`, join(folder, name)])); // looked up, never joined
paths.set("/", join(folder, "index.html"));

const server = createServer(({ url, method }, response) => {
  const path = paths.get(new URL(url ?? "/", "http://localhost").pathname);
  if (path === undefined || method !== "GET") return void response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain", "Cache-Control": "no-cache" });
  response.end(readFileSync(path));
});
server.on("error", ({ code, message }) =>
  fail(
    code === "EADDRINUSE"
      ? `port ${port} is taken; name another: npm run playground -- build/playground 4174`
      : message,
  ),
);
server.listen(port, "127.0.0.1", () => console.log(`http://localhost:${server.address().port}/ (Ctrl-C ends it)`));

function fail(message) {
  console.error(message);
  process.exit(2);
}
