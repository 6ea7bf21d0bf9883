/** Repeated learning in one process: LIEFIELD_SOAK seconds, default 180; an hour is 3600. Reads /proc, so that it runs on Linux. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

interface Round {
  readonly at: number; // seconds
  readonly rss: number; // bytes, as the two below
  readonly heapUsed: number;
  readonly external: number;
  readonly files: number; // open ones
}

const seconds = Number(process.env.LIEFIELD_SOAK ?? 180);

async function rounds(): Promise<Round[]> {
  const directory = mkdtempSync(join(tmpdir(), "liefield-soak-"));
  try {
    const child = spawn(process.execPath, ["--expose-gc", "test/learn/soak.mjs", String(seconds), directory]);
    let [out, err] = ["", ""];
    child.stdout.on("data", (piece) => {
      out += piece;
    });
    child.stderr.on("data", (piece) => {
      err += piece;
    });
    const code = await new Promise((done) => child.on("close", done));
    if (code !== 0) throw new Error(err);
    return out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Round);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Bytes that a quantity grows by over all rounds, by the line fitted to it. */
function growth(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  let [above, below] = [0, 0];
  for (const [i, v] of values.entries()) {
    above += (i - (n - 1) / 2) * (v - mean);
    below += (i - (n - 1) / 2) ** 2;
  }
  return (above / below) * (n - 1);
}

test(
  `memory and file handles stay flat over ${seconds} s of learning`,
  async () => {
    const all = await rounds();
    const warm = all.slice(Math.floor(all.length / 3)); // pools, code and tfjs's heap have their size by then
    const of = (name: "rss" | "heapUsed" | "external"): number => growth(warm.map((round) => round[name]));
    const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
    const files = new Set(warm.map((round) => round.files));
    console.info(
      `${all.length} rounds in ${all.at(-1)!.at.toFixed(0)} s; over the last ${warm.length} the fitted lines rise by ${mib(of("rss"))} MiB resident ` +
        `(of ${mib(warm.at(-1)!.rss)}), ${mib(of("heapUsed"))} MiB of heap (of ${mib(warm.at(-1)!.heapUsed)}), ${mib(of("external"))} MiB external; ` +
        `open files ${[...files].join(", ")}`,
    );
    expect(warm.length).toBeGreaterThan(5);
    expect(of("heapUsed")).toBeLessThan(2 ** 20 + 20_000 * warm.length); // after collection; 20 kB a round for what V8 learns of the code
    expect(of("external")).toBeLessThan(8 * 2 ** 20); // it swings by 15 MiB as buffers of workers that have ended are given back
    expect(of("rss")).toBeLessThan(32 * 2 ** 20); // pages that the allocator keeps come and go
    expect(Math.max(...files) - Math.min(...files)).toBe(0);
  },
  (seconds + 300) * 1000,
);
