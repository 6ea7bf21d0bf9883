/** workerd on a free port of this machine, with one worker and the compiled modules beside it. */
import { spawn } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const COMPATIBLE = "2026-11-01"; // the date whose behaviour workerd keeps to

/** `modules`: name → file. Rejects with what it said if it ends before it listens. */
export async function serve(program, directory, script, modules) {
  writeFileSync(join(directory, "worker.js"), script);
  for (const [name, path] of modules) copyFileSync(path, join(directory, name));
  writeFileSync(join(directory, "config.capnp"), configuration([...modules.keys()]));
  const args = ["serve", "config.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(program, args, { cwd: directory, stdio: ["ignore", "ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const gone = new Promise((resolve) => child.once("close", resolve));
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
