import { expect, test } from "@jest/globals";
import { program } from "../../src/adapter/program.js";

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0); // a module without imports and exports

test("a worker whose kernels do not start says why to every request", async () => {
  const answer = await program({ module: new WebAssembly.Module(EMPTY) });
  for (const id of [0, 7]) {
    const { reply, transfer } = answer({ id, job: "simulate", call: "prepare", key: 0, payload: null });
    expect(reply).toMatchObject({ id, error: { message: expect.stringMatching(/^its kernels do not start: /) } });
    expect(transfer).toEqual([]);
  }
});

test("without a module the plain-TypeScript kernels answer", async () => {
  const answer = await program({ module: null });
  const { reply } = answer({ id: 1, job: "none", call: "run", key: 0, payload: null });
  expect(reply.error?.message).toMatch(/^the worker knows .*simulate/);
});
