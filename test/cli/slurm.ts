/** A Slurm of one node in a folder of its own: started, asked, stopped. And a sweep on it, two of whose tasks die. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SweepRecord } from "../../src/report/sweeprecord.js";
import { asked } from "../runtime/runtime.js";

/** Why there is no Slurm here; null where there is. */
export function missingSlurm(): string | null {
  for (const program of ["slurmctld", "slurmd"]) {
    const found = asked(program, ["-V"]);
    if ("missing" in found) return `${found.missing} (Debian: slurmctld slurmd)`;
  }
  return null;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The end of a child that was told to end, or after 10 s was killed. */
export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await end;
  clearTimeout(timer);
}

interface Slurm {
  /** What one of Slurm's programs prints. Throws what it said otherwise. */
  ask(program: string, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Its processes are this one's children; configuration, state and logs lie in `folder`. */
async function startSlurm(folder: string): Promise<Slurm> {
  const at = (name: string): string => join(folder, name);
  for (const name of ["state", "spool"]) mkdirSync(at(name), { recursive: true });
  const [host, user] = [hostname().split(".")[0]!, userInfo().username];
  const configuration = {
    ...{ ClusterName: "liefield", SlurmctldHost: `${host}(127.0.0.1)`, SlurmUser: user, SlurmdUser: user },
    ...{ SlurmctldPort: await freePort(), SlurmdPort: await freePort() },
    ...{ AuthType: "auth/none", CredType: "cred/none" },
    ...{ StateSaveLocation: at("state"), SlurmdSpoolDir: at("spool") },
    ...{ SlurmctldPidFile: at("controller.pid"), SlurmdPidFile: at("node.pid") },
    ...{ SlurmctldLogFile: at("controller.log"), SlurmdLogFile: at("node.log") },
    ...{ ProctrackType: "proctrack/linuxproc", TaskPlugin: "task/none", MpiDefault: "none" },
    ...{ SelectType: "select/cons_tres", SelectTypeParameters: "CR_CPU", SlurmdParameters: "config_overrides" },
    ...{ ReturnToService: 2, KillWait: 5, MaxArraySize: 101 },
    SchedulerParameters: "sched_interval=1,bf_interval=1,batch_sched_delay=0", // seconds; a minute by default
  };
  const lines = Object.entries(configuration).map(([name, value]) => `${name}=${value}`);
  const node = `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`;
  const all = [...lines, node, "PartitionName=all Nodes=ALL Default=YES State=UP MaxTime=INFINITE", ""];
  writeFileSync(at("slurm.conf"), all.join("\n"));
  const env = { ...process.env, SLURM_CONF: at("slurm.conf"), NODE_OPTIONS: "" };
  const ask = (program: string, ...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(program, args, { env, encoding: "utf8", timeout: 60_000 }, (error, out, err) =>
        error ? reject(new Error(`${program} ${args.join(" ")}: ${err || error.message}`)) : resolve(out.trim()),
      );
    });
  const children = ["slurmctld", "slurmd"].map((program) =>
    spawn(program, ["-D", "-f", at("slurm.conf")], { env, stdio: "ignore" }),
  );
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) await stopped(child);
  };
  for (let tries = 0; ; tries++) {
    const state = await ask("sinfo", "-h", "-o", "%t").catch((error: Error) => error.message);
    if (/^(idle|mix|alloc)/.test(state)) return { ask, stop };
    if (tries > 120) {
      await stop();
      throw new Error(`Slurm does not come up: ${state}\n${readFileSync(at("controller.log"), "utf8").slice(-2000)}`);
    }
    await pause(500);
  }
}

/** The process that makes a run of the sweep, while there is one. */
function processOf(directory: string, index: number): number | null {
  const line = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
    .split("\n")
    .find((each) => each.includes(`sweep exec ${directory} --index ${index}`) && each.includes("main.js"));
  return line === undefined ? null : Number(line.trim().split(" ")[0]);
}

export interface OnSlurm {
  readonly record: SweepRecord;
  readonly killed: readonly number[]; // runs whose process was ended from outside while it was at work
  readonly restarts: readonly number[]; // how often Slurm started each of these again
}

/** Plans `runs` tiny runs, submits the printed script, kills two tasks at work, sends them again, and merges. */
export async function sweepOnSlurm(runs: number): Promise<OnSlurm> {
  const folder = mkdtempSync(join(tmpdir(), "liefield-slurm-"));
  const directory = join(folder, "sweep");
  const liefield = (...words: string[]): string =>
    execFileSync(process.execPath, ["dist/cli/main.js", "sweep", ...words], { encoding: "utf8", stdio: "pipe" });
  const seeds = Array.from({ length: runs }, (_, i) => i + 1);
  const grid = { task: "heat", method: "library", trajectories: 2, outputs: 40, vary: { seed: seeds } };
  writeFileSync(join(folder, "grid.json"), JSON.stringify(grid));
  writeFileSync(join(folder, "sweep.sh"), liefield("plan", join(folder, "grid.json"), "--out", directory, "--slurm"));
  const slurm = await startSlurm(folder);
  try {
    const job = await slurm.ask("sbatch", "--parsable", join(folder, "sweep.sh"));
    const victims = [1, Math.floor(runs / 2)];
    const killed: number[] = [];
    const task = (index: number): string => `${job}_${index}`;
    for (let tries = 0; killed.length < victims.length; tries++) {
      if (tries > 6000) throw new Error(`runs ${victims.join()} were never seen at work`);
      const index = victims[killed.length]!;
      const id = processOf(directory, index);
      if (id === null) {
        await pause(20);
        continue;
      }
      if (killed.length === 0)
        process.kill(id, "SIGKILL"); // the process dies, as of an out-of-memory killer
      else await slurm.ask("scancel", "--signal=KILL", "--full", task(index)); // the whole task, as of a lost node
      killed.push(index);
      for (
        let ended = 0;
        !/JobState=(FAILED|CANCELLED|NODE_FAIL)/.test(await slurm.ask("scontrol", "show", "job", task(index)));
        ended++
      ) {
        if (ended > 600) throw new Error(`task ${index} did not end`);
        await pause(100);
      }
      await slurm.ask("scontrol", "requeue", task(index));
      await slurm.ask("scontrol", "update", `JobId=${task(index)}`, "StartTime=now"); // else it waits for two minutes
    }
    const restarts: number[] = [];
    for (const index of killed)
      restarts.push(Number(/Restarts=(\d+)/.exec(await slurm.ask("scontrol", "show", "job", task(index)))![1]));
    for (let tries = 0; (await slurm.ask("squeue", "-h", "-r")) !== ""; tries++) {
      if (tries > 3600) throw new Error(`the array does not end: ${await slurm.ask("squeue", "-r")}`);
      await pause(500);
    }
    return { record: JSON.parse(liefield("merge", directory, "--json")), killed, restarts };
  } finally {
    await slurm.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
