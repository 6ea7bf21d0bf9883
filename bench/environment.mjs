/** The environment a figure was measured in, the work of other processes included. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Above this many cores' worth of other processes' work, figures are marked as measured under load. */
const BUSY = 0.1;

/** Where and on what it was measured, from what `start` gave; `childSeconds`: CPU time of processes that count as the bench's own. */
export function environment({ load, clock, busy }, childSeconds) {
  const git = (...args) => {
    try {
      return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      return null; // no git, or no repository
    }
  };
  const changed = git("status", "--porcelain", "--", "src", "assembly", "bench/*.mjs", "package-lock.json");
  const wall = (performance.now() - clock) / 1000;
  const others = Math.max(0, (busySeconds() - busy - cpuSeconds() - childSeconds) / wall);
  return {
    commit: git("rev-parse", "HEAD"),
    changed: changed === null ? null : changed !== "", // measured on files that differ from the commit's
    runtime: `${runtime()}, V8 ${process.versions.v8}`,
    processor: `${cpus()[0]?.model.trim() ?? "unknown"}, ${process.arch}, ${process.platform}`,
    cores: availableParallelism(),
    memory: totalmem(),
    flags: [...process.execArgv, ...(process.env.NODE_OPTIONS?.split(" ") ?? [])].filter(Boolean),
    load, // averages over 1, 5, 15 minutes at the start
    others: Number(others.toFixed(3)), // cores kept busy by other processes meanwhile
    quiet: others < BUSY,
  };
}

const runtime = () => (globalThis.Deno ? `deno ${Deno.version.deno}` : `node ${process.versions.node}`);

/** Taken at the start: load averages, clock, busy time of all cores without ours so far. */
export const start = () => ({ load: loadavg(), clock: performance.now(), busy: busySeconds() - cpuSeconds() });
const busySeconds = () => cpus().reduce((sum, { times: t }) => sum + (t.user + t.nice + t.sys + t.irq) / 1000, 0);
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
