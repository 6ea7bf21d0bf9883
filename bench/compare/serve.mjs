/** A worker as it would be deployed: one bundle and the modules beside it, served by workerd on this machine. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";

const COMPATIBLE = "2026-11-01"; // the date whose behaviour workerd keeps to

/**
 * As wrangler does it: the conditions `workerd` and `worker`, `.wasm` left as modules of their own. {script, files: name → path of the modules
 * that it imports, metafile}.
 */
export async function bundled(entry) {
  const files = new Map();
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: "worker.js",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    conditions: ["workerd", "worker"],
    metafile: true,
    write: false,
    logLevel: "error",
    plugins: [
      {
        name: "modules",
        setup(hooks) {
          hooks.onResolve({ filter: /\.wasm$/ }, async ({ path, pluginData, ...from }) => {
            if (pluginData === "asked") return undefined;
            const { importer, namespace, resolveDir, kind } = from;
            const found = await hooks.resolve(path, { importer, namespace, resolveDir, kind, pluginData: "asked" });
            if (found.errors.length > 0) return { errors: found.errors };
            files.set(basename(found.path), found.path);
            return { path: `./${basename(found.path)}`, external: true };
          });
        },
      },
    ],
  });
  return { script: outputFiles[0].text, files, metafile };
}

/** Serves a bundle; `stop` leaves nothing of it behind. */
export async function serve(program, { script, files }) {
  const directory = mkdtempSync(join(tmpdir(), "liefield-workerd-"));
  const removed = () => rmSync(directory, { recursive: true, force: true });
  writeFileSync(join(directory, "worker.js"), script);
  for (const [name, path] of files) copyFileSync(path, join(directory, name));
  writeFileSync(join(directory, "config.capnp"), configuration([...files.keys()]));
  try {
    const served = await serveFrom(program, directory);
    return { ...served, stop: () => served.stop().finally(removed) };
  } catch (error) {
    removed();
    throw error;
  }
}

/**
 * Starts workerd with the config.capnp of a directory, its socket "http" on a free port of the loopback. {url, pid, said(), what it wrote to
 * stderr, stop()}. Rejects with what it said if it ends before it listens.
 */
export async function serveFrom(program, directory) {
  const args = ["serve", "config.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const gone = new Promise((resolve) => child.once("close", () => resolve()));
  const port = await new Promise((resolve, reject) => {
    let events = "";
    child.stdio[3].on("data", (chunk) => {
      events += chunk;
      const listening = /"event":"listen".*?"port":(\d+)/.exec(events);
      if (listening) resolve(Number(listening[1]));
    });
    child.once("error", reject);
    gone.then(() => reject(new Error(`workerd ended before it listened: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    pid: child.pid,
    said: () => said,
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function configuration(files) {
  const modules = [
    '(name = "worker.js", esModule = embed "worker.js")',
    ...files.map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = "${COMPATIBLE}"
);
`;
}
