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

/** As wrangler does it: the conditions `workerd` and `worker`, `.wasm` and `.safetensors` left as modules of their own. */
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
          hooks.onResolve({ filter: /\.(wasm|safetensors)$/ }, async ({ path, pluginData, ...from }) => {
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

export interface Serving {
  readonly files?: ReadonlyMap<string, Uint8Array>; // in place of, or beside, those of the bundle
  readonly bindings?: Readonly<Record<string, string>>; // texts in `env`
}

/** workerd's own program, or the reason why it does not start. */
export function workerdProgram(): { readonly program: string } | { readonly missing: string } {
  try {
    return { program: (createRequire(import.meta.url)("workerd") as { default: string }).default };
  } catch (error) {
    return { missing: `workerd is not installed: ${(error as Error).message.split("\n")[0]}` };
  }
}

/** Starts workerd on a free port of the loopback; rejects with what it said if it ends before it listens. */
export async function serve(program: string, bundle: Bundle, { files, bindings = {} }: Serving = {}): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-workerd-"));
  writeFileSync(join(directory, "worker.js"), bundle.script);
  for (const [name, path] of bundle.files) copyFileSync(path, join(directory, name));
  for (const [name, bytes] of files ?? []) writeFileSync(join(directory, name), bytes);
  const names = new Set([...bundle.files.keys(), ...(files?.keys() ?? [])]);
  writeFileSync(join(directory, "config.capnp"), configuration([...names], bindings));
  const child = spawn(program, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
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
    return { url: `http://127.0.0.1:${port}/`, pid: child.pid!, said: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(files: readonly string[], bindings: Readonly<Record<string, string>>): string {
  const modules = [
    '(name = "worker.js", esModule = embed "worker.js")',
    ...files.map((name) => `(name = "${name}", ${name.endsWith(".wasm") ? "wasm" : "data"} = embed "${name}")`),
  ];
  const texts = Object.entries(bindings).map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  bindings = [${texts.join(", ")}],
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
