import { expect, test } from "@jest/globals";
import { footprints } from "./footprint.js";

test("tensors and WebAssembly memory are the same after 100 and 1000 steps", async () => {
  const [early, late] = await footprints(100, 1000);
  expect({ ...late, resident: 0 }).toEqual({ ...early, resident: 0 });
}, 900_000);
