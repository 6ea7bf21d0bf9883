/** Files of 2 GB: simulated, read by slices, learned from, within 1 GiB of memory. Takes 4.3 GB of disk for a while. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { peak } from "./peak.js";

const place = mkdtempSync(join(tmpdir(), "liefield-gigabytes-"));
afterAll(() => rmSync(place, { recursive: true }));

test.each(["big.npz", "big.npy"])("%s", (name) => {
  const made = peak(place, "simulate", "heat", "--trajectories", "2100", "--outputs", "500", "--out", name);
  const { size } = statSync(join(place, name));
  const learned = peak(place, "learn", "heat", "--method", "library", "--data", name, "--out", `run-${name}`);
  console.info(
    `${name}: ${size} bytes; simulated within ${made.mib.toFixed(0)} MiB, learned from within ${learned.mib.toFixed(0)} MiB`,
  );
  expect(size).toBeGreaterThan(2 ** 31);
  expect(made.mib).toBeLessThan(512);
  expect(learned.mib).toBeLessThan(1024);
  expect(learned.said).toMatch(/65 of 2100 trajectories are held in memory/);
  expect(learned.said).toMatch(/8 symmetries/);
  rmSync(join(place, name));
});
