import { expect, test } from "@jest/globals";
import { SWIFTSHADER } from "../programs.js";
import { agrees, said } from "./said.js";

test("WebGPU in Node: three steps of the whole network agree with wasm", async () => {
  const env = { VK_ICD_FILENAMES: SWIFTSHADER };
  const { full } = await said(process.execPath, ["test/runtime/webgpu/main.mjs", '{"full":3}'], env, 590);
  expect(full).toHaveLength(3);
  for (const step of full!) agrees(step);
}, 600_000);
