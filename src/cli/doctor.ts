/** `liefield doctor`: which engines this machine has, and why not the others. */
import type { Adapter } from "../engine/adapter.js";
import type { Context } from "./command.js";
import { doctorSchema, validated } from "./options.js";
import { command } from "./usage.js";
import type { EngineReport } from "./work.js";

export const doctor = command(
  "doctor",
  "Says which engines this machine has, and why not the others.",
  { results: { json: { type: "boolean", description: "Print it on stdout as one JSON object" } } },
  runDoctor,
);

async function runDoctor(
  args: Record<string, unknown>,
  _: readonly string[],
  { io, work, version }: Context,
): Promise<void> {
  const { json } = validated(doctorSchema, args);
  const adapter = await work.adapter();
  const network = await work.networkEngines(adapter);
  const kernels = await work.kernelEngines();
  const reason = adapter.cores > 1 ? await whyNoWorker(adapter) : "this machine has one core";
  const workers = { available: reason === null, reason };
  if (json) {
    const { runtime, cores } = adapter;
    io.stdout.write(`${JSON.stringify({ schema: 1, version, runtime, cores, network, kernels, workers })}\n`);
    return;
  }
  const line = (name: string, { available, reason, gpu, byName }: Omit<EngineReport, "engine">): string => {
    const on = gpu ? ` on ${gpu.name}` : "";
    const yes = `yes${byName ? ", by name only," : ""}${on}${gpu?.software ? ", a software adapter, slower than wasm" : ""}`;
    return `  ${name.padEnd(8)} ${available ? yes : `no: ${reason}`}\n`;
  };
  const list = (engines: readonly EngineReport[]): string => engines.map((e) => line(e.engine, e)).join("");
  const first = (engines: readonly EngineReport[]): string =>
    engines.find((e) => e.available && !e.byName)?.engine ?? "none";
  io.stdout.write(
    `liefield ${version} on ${adapter.runtime}, ${adapter.cores} ${adapter.cores === 1 ? "core" : "cores"}\n\n` +
      `network (auto takes ${first(network)})\n${list(network)}\n` +
      `kernels (auto takes ${first(kernels)})\n${list(kernels)}\n` +
      `threads\n${line("workers", workers)}`,
  );
}

/** Starts a worker and waits for an answer; null, or why none came. */
async function whyNoWorker(adapter: Adapter): Promise<string | null> {
  const worker = adapter.spawnWorker({ module: null });
  if (!worker) return "this runtime has no workers";
  const reason = await new Promise<string | null>((resolve) => {
    worker.onReply(() => resolve(null));
    worker.onFailure((error) => resolve(error.message));
    worker.post({ id: 0, job: "none", call: "release", key: 0, payload: null }, []); // answered even where no job is known
  });
  worker.end();
  return reason;
}
