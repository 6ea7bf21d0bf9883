/** A worker as it would be deployed: one bundle and the modules beside it, served by workerd on this machine. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build, type Metafile } from "esbuild";

const COMPATIBLE = "2026-11-01"; // the date whose behaviour workerd keeps to

export interface Bundle {
  readonly script: string; // minified ESM
  readonly files: ReadonlyMap<string, string>; // modules that it imports: name → path
  readonly metafile: Metafile;
}

/** As wrangler does it: the conditions `workerd` and `worker`, `.wasm` left as modules of their own. */
export async function bundled(entry: string): Promise<Bundle> {
  const files = new Map<string, string>();
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
  return { script: outputFiles[0]!.text, files, metafile };
}

export interface Served {
  readonly url: string;
  readonly pid: number;
  /** What it wrote to stderr. */
  said(): string;
  stop(): Promise<void>;
}

/** workerd's own program, or the reason why it does not start. */
export function workerdProgram(): { readonly program: string } | { readonly missing: string } {
  try {
    return { program: (createRequire(import.meta.url)("workerd") as { default: string }).default };
  } catch (error) {
    return { missing: `workerd is not installed: ${(error as Error).message.split("\n")[0]}` };
  }
}

/** Serves a bundle; `stop` leaves nothing of it behind. */
export async function serve(program: string, bundle: Bundle): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-workerd-"));
  const removed = (): void => rmSync(directory, { recursive: true, force: true });
  writeFileSync(join(directory, "worker.js"), bundle.script);
  for (const [name, path] of bundle.files) copyFileSync(path, join(directory, name));
  writeFileSync(join(directory, "config.capnp"), configuration([...bundle.files.keys()]));
  try {
    const served = await serveFrom(program, directory);
    return { ...served, stop: () => served.stop().finally(removed) };
  } catch (error) {
    removed();
    throw error;
  }
}

/**
 * Starts workerd with the config.capnp of a directory, its socket "http" on a free port of the loopback. Rejects with what it said if it ends
 * before it listens.
 */
export async function serveFrom(program: string, directory: string): Promise<Served> {
  const args = ["serve", "config.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let events = "";
    child.stdio[3]!.on("data", (chunk) => {
      events += chunk;
      const listening = /"event":"listen".*?"port":(\d+)/.exec(events);
      if (listening) resolve(Number(listening[1]));
    });
    child.once("error", reject);
    void gone.then(() => reject(new Error(`workerd ended before it listened: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    pid: child.pid!,
    said: () => said,
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function configuration(files: readonly string[]): string {
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

/** Most memory that a process has held, in MB; NaN where the system does not say. */
export function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
