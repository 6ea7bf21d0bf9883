import { beforeAll } from "@jest/globals";
import { SWIFTSHADER } from "../programs.js";
import { expectations, type Said, said, suite } from "./said.js";

suite("WebGPU in Node, by Dawn on SwiftShader", [SWIFTSHADER, "node_modules/webgpu/index.js"], () => {
  let numbers: Said;
  beforeAll(async () => {
    numbers = await said(process.execPath, ["test/runtime/webgpu/main.mjs"], { VK_ICD_FILENAMES: SWIFTSHADER }, 800);
  }, 900_000);
  expectations(() => numbers, /SwiftShader/);
});
