/** The environment a figure was measured in, the work of other processes included. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
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

const TICK = 100; // per second: the kernel's unit in /proc, whatever its own

/**
 * Processor time so far of all that descends from this process, living or waited for, in seconds; 0 where there is no /proc. What a process
 * leaves behind when it ends unwaited for is not in it: ask before stopping a browser.
 */
export function familySeconds() {
  const ticks = new Map(); // pid → {parent, own, waited}
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(pid);
      if (fields)
        ticks.set(Number(pid), { parent: fields[1], own: fields[11] + fields[12], waited: fields[13] + fields[14] });
    }
  } catch {
    return 0;
  }
  const descends = (pid) => {
    for (let at = ticks.get(pid)?.parent; at; at = ticks.get(at)?.parent) if (at === process.pid) return true;
    return false;
  };
  let sum = ticks.get(process.pid)?.waited ?? 0;
  for (const [pid, { own, waited }] of ticks) if (descends(pid)) sum += own + waited;
  return sum / TICK;
}

/** Fields of /proc/PID/stat behind the name, from state on; null for a process that ended meanwhile. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
  } catch {
    return null;
  }
}
