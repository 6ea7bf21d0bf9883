import { beforeAll, expect, test } from "@jest/globals";
import { DENO, LAVAPIPE } from "../programs.js";
import { agrees, expectations, type Said, said, suite } from "./said.js";

const granted = ["--no-prompt", "--allow-read=dist,node_modules,test"];

suite("WebGPU in Deno, by wgpu on lavapipe", [LAVAPIPE, DENO], () => {
  let numbers: Said;
  beforeAll(async () => {
    const program = ["run", ...granted, "test/runtime/webgpu/main.mjs", '{"full":1}'];
    numbers = await said(DENO, program, { VK_ICD_FILENAMES: LAVAPIPE }, 800);
  }, 900_000);
  expectations(() => numbers, /llvmpipe/);

  test("a step of the whole network, as it is by default, agrees too", () => {
    expect(numbers.full).toHaveLength(1);
    agrees(numbers.full![0]!);
  });
});
