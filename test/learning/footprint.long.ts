import { expect, test } from "@jest/globals";
import { footprints } from "./footprint.js";

test("tensors and WebAssembly memory are the same after 100 and 10 000 steps, and the process grows by less than 20 MB", async () => {
  const [early, late] = await footprints(100, 10_000);
  console.log(
    `resident at step 100: ${(early.resident / 1e6).toFixed(1)} MB, at 10 000: ${(late.resident / 1e6).toFixed(1)} MB`,
  );
  expect({ ...late, resident: 0 }).toEqual({ ...early, resident: 0 });
  expect(late.resident - early.resident).toBeLessThan(20e6);
}, 900_000);
