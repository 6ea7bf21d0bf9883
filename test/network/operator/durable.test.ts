import { describe, expect, test } from "@jest/globals";
import { stream } from "../../../src/engine/random.js";
import type { Backend } from "../../../src/network/backend.js";
import { NetworkHost } from "../../../src/network/host.js";
import { DeviceLost, Loss } from "../../../src/network/loss.js";
import { DurableOperator } from "../../../src/network/operator/durable.js";
import { engineMemory } from "../../../src/network/tensor.js";

const shape = { nx: 8, inputs: 2, outputs: 1, width: 6, modes: 3, layers: 2, hidden: 4 };
const noise = (length: number, name: string): Float32Array => Float32Array.from({ length }, stream(4, name).normal);
const batch = (step: number) => [noise(48, `x ${step}`), noise(24, `y ${step}`)] as const;

/** An operator on plain JavaScript that can be lost; wasm comes after. Real devices are lost in test/runtime/webgpu. */
async function mortal() {
  const host = await NetworkHost.open("cpu");
  let end: (of: { reason: string; message: string }) => void = () => {};
  const lost = new Promise<{ reason: string; message: string }>((resolve) => {
    end = resolve;
  });
  host.backend = {
    ...host.backend,
    gpu: { name: "a GPU", software: false, loss: new Loss({ lost, addEventListener() {} }) },
  } as Backend;
  const operator = await DurableOperator.open(host, shape, 3);
  const lose = async () => {
    end({ reason: "destroyed", message: "by the test" });
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { host, operator, lose };
}

/** Six steps, the state kept after every other; after a loss they go on from where it was kept. */
async function six(operator: DurableOperator, before: (step: number) => Promise<unknown> = async () => {}) {
  const done: number[] = [];
  for (let step = 0; step < 6; step++) {
    try {
      await before(step);
      await operator.step(...batch(step), 0.01, 0.01);
      done.push(step);
      if (step % 2 === 1) await operator.keep();
    } catch (error) {
      if (!(await operator.recovered(error))) throw error;
      step = 2 * Math.floor(step / 2) - 1;
    }
  }
  return done;
}

const apart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

describe("an operator whose device is lost", () => {
  test.each([0, 1, 2, 5])("before step %i, goes on from the state that was kept, on wasm", async (at) => {
    const wasm = await DurableOperator.open(await NetworkHost.open("wasm"), shape, 3);
    await six(wasm);
    const right = await wasm.predict(batch(9)[0]);
    wasm.dispose();
    const { host, operator, lose } = await mortal();
    let left = true;
    const done = await six(operator, async (step) => {
      if (step === at && left) await lose();
      if (step === at) left = false;
    });
    expect(done.length).toBe(6 + (at % 2));
    expect(apart(await operator.predict(batch(9)[0]), right)).toBeLessThan(1e-4); // two engines' rounding, six steps of Adam
    expect(host.switched).toMatchObject({ from: "cpu", to: "wasm", reason: "destroyed: by the test" });
    expect(operator.kernels).toBe("simd");
    operator.dispose();
  });

  test("before its state is read, gives the kept one", async () => {
    const { operator, lose } = await mortal();
    await six(operator);
    const { step, arrays } = await operator.state();
    await lose();
    const again = await operator.state();
    expect([again.step, apart(again.arrays["lift.w"]!, arrays["lift.w"]!)]).toEqual([step, 0]);
    operator.dispose();
  });

  test("before a prediction, makes it on the next engine", async () => {
    const { operator, lose } = await mortal();
    await six(operator);
    const right = await operator.predict(batch(9)[0]);
    await lose();
    expect(apart(await operator.predict(batch(9)[0]), right)).toBeLessThan(1e-5); // f32 on two engines
    operator.dispose();
  });

  test("leaves other errors alone, and nothing behind", async () => {
    const { operator, lose } = await mortal();
    expect(await operator.recovered(new RangeError("mine"))).toBe(false);
    await lose();
    await expect(operator.step(...batch(0), 0.01, 0)).rejects.toBeInstanceOf(DeviceLost);
    await NetworkHost.open("wasm");
    const before = engineMemory().tensors;
    expect(await operator.recovered(new DeviceLost("gone"))).toBe(true);
    expect(engineMemory().tensors).toBe(before);
    operator.dispose();
  });
});
