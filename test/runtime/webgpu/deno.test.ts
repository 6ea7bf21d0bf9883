import { beforeAll, expect, test } from "@jest/globals";
import { agrees, expectations, LAVAPIPE, type Said, said, suite } from "./said.js";

const deno = "node_modules/deno/deno"; // the binary; what is in .bin only starts it
const granted = ["--no-prompt", "--allow-read=dist,node_modules,test"];

suite("WebGPU in Deno, by wgpu on lavapipe", [LAVAPIPE, deno], () => {
  let numbers: Said;
  beforeAll(async () => {
    const program = ["run", ...granted, "test/runtime/webgpu/main.mjs", '{"full":1}'];
    numbers = await said(deno, program, { VK_ICD_FILENAMES: LAVAPIPE }, 800);
  }, 900_000);
  expectations(() => numbers, /llvmpipe/);

  test("a step of the whole network, as it is by default, agrees too", () => {
    expect(numbers.full).toHaveLength(1);
    agrees(numbers.full![0]!);
  });
});
