/** Disks that are full or read-only, on a small file system of their own where this machine lets one be mounted. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { keptRun } from "../../src/cli/keptrun.js";

const place = mkdtempSync(join(tmpdir(), "liefield-disk-"));
const mount = (...args: string[]): void => void execFileSync("mount", args, { stdio: "pipe" });
const mounted = ((): boolean => {
  try {
    mount("-t", "tmpfs", "-o", "size=128k", "liefield-test", place);
    return true;
  } catch {
    return false; // not root, or no leave to mount
  }
})();
const here = mounted ? test : test.skip;

afterAll(() => {
  if (mounted) execFileSync("umount", [place]);
  rmSync(place, { recursive: true, force: true });
});

const FILE = "checkpoint.safetensors";
const bytes = (value: number): Uint8Array => new Uint8Array(30_000).fill(value);

async function keeping(): Promise<{ save: (value: number) => Promise<void>; said: () => string }> {
  let said = "";
  const stderr = new Writable({
    write(chunk, _, done) {
      said += String(chunk);
      done();
    },
  });
  const kept = await keptRun(place, false, nodeAdapter(), stderr);
  return { save: (value) => kept.save(bytes(value), { step: value, of: 9 }), said: () => said };
}

describe("the last good checkpoint stays, whole and alone (skipped where no file system can be mounted)", () => {
  beforeAll(() => {
    for (const name of readdirSync(place)) rmSync(join(place, name));
  });

  here("when the disk is full", async () => {
    const { save, said } = await keeping();
    await save(1);
    writeFileSync(join(place, "others"), new Uint8Array(80_000));
    await save(2);
    await save(3);
    expect(said().match(/a checkpoint cannot be written \(the disk is full\); the run goes on/g)?.length).toBe(1);
    expect(Buffer.compare(readFileSync(join(place, FILE)), bytes(1))).toBe(0);
    expect(readdirSync(place).sort()).toEqual([FILE, "others"]);
    rmSync(join(place, "others"));
    await save(4); // there is room again
    expect(Buffer.compare(readFileSync(join(place, FILE)), bytes(4))).toBe(0);
  });

  here("when the disk becomes read-only", async () => {
    const { save, said } = await keeping();
    await save(5);
    mount("-o", "remount,ro", place);
    try {
      await save(6);
      expect(said()).toMatch(/a checkpoint cannot be written \(the file system is read-only\)/);
      expect(Buffer.compare(readFileSync(join(place, FILE)), bytes(5))).toBe(0);
      expect(readdirSync(place)).toEqual([FILE]);
    } finally {
      mount("-o", "remount,rw", place);
    }
  });
});
