import { afterEach, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { stream } from "../../src/engine/random.js";
import type { Backend } from "../../src/network/backend.js";
import { DurableNetwork } from "../../src/network/durable.js";
import { FieldNetwork, type FieldNetworkOptions } from "../../src/network/fieldnetwork.js";
import { NetworkHost } from "../../src/network/host.js";
import { Loss } from "../../src/network/loss.js";

const options: FieldNetworkOptions = {
  knotPoints: Float64Array.from({ length: 90 }, (_, i) => Math.sin(i)),
  periodic: [true, false, false],
  dim: 3,
  generators: 2,
  width: 8,
  head: 4,
};
const fresh = () => stream(1, "network");
const wave = (step: number): Float32Array =>
  Float32Array.from({ length: 2 * 30 * 3 }, (_, i) => Math.sin(1.7 * i + step));

/** A host whose engine, wasm or cpu, can be lost: the way on goes to the other. Real devices are lost in test/runtime/webgpu. */
async function mortal(engine: "wasm" | "cpu") {
  const host = await NetworkHost.open(engine);
  let lose: () => void = () => {};
  const lost = new Promise<{ reason: string; message: string }>((resolve) => {
    lose = () => resolve({ reason: "destroyed", message: "by the test" });
  });
  const loss = new Loss({ lost, addEventListener() {} });
  host.backend = { ...host.backend, gpu: { name: "a GPU", software: false, loss } } as Backend;
  const settled = async () => {
    lose();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { host, lose: settled };
}

type Act = (network: DurableNetwork | FieldNetwork, step: number) => Promise<unknown>;
const train: Act = async (network, step) => {
  await network.forward();
  await network.step(wave(step), 0.01);
};
const restart: Act = (network) => network.restart(1, stream(2, "restart"), 20);

/** Control points after 70 steps and a restart before the 40th, with `before(k)` called before step k. */
async function run(network: DurableNetwork | FieldNetwork, before: (step: number) => Promise<unknown>) {
  for (let step = 1; step <= 70; step++) {
    await before(step);
    if (step === 40) await restart(network, step);
    await train(network, step);
  }
  const control = await network.forward();
  network.dispose();
  return control;
}

afterEach(() => {
  jest.restoreAllMocks();
});

const differ = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("a network whose device is lost", () => {
  test.each([1, 2, 20, 33, 34, 40, 41, 70])("before step %i, goes on as if nothing was", async (at) => {
    await NetworkHost.open("wasm");
    const right = await run(FieldNetwork.create(options, fresh()), async () => {});
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    expect(network).toBeInstanceOf(DurableNetwork);
    const came = await run(network, async (step) => step === at && (await lose()));
    expect(differ(came, right)).toBeLessThan(1e-4); // values of order 1: two engines' rounding, through 70 steps of Adam
    expect(host.switched).toEqual({ from: "cpu", to: "wasm", step: at - 1, reason: "destroyed: by the test" });
    expect([host.backend.engine, tf.getBackend(), host.steps]).toEqual(["wasm", "wasm", 70]);
  });

  test("keeps count of the steps that were left out", async () => {
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    const overflow = wave(0).fill(1e38); // finite here, infinite on the way back
    for (const cotangent of [wave(1), wave(2).fill(Number.NaN), overflow, wave(3)]) {
      await network.forward();
      await network.step(cotangent, 0.01);
    }
    expect(network.skipped).toBe(2);
    await lose();
    await network.forward();
    expect([host.switched?.to, network.skipped]).toEqual(["wasm", 2]);
    await network.step(overflow, 0.01);
    await network.forward();
    expect(network.skipped).toBe(3);
    network.dispose();
  });

  test("makes again at most 32 steps", async () => {
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    const steps = jest.spyOn(FieldNetwork.prototype, "step");
    await run(network, async (step) => step === 70 && (await lose()));
    expect(steps.mock.calls.length).toBeLessThanOrEqual(70 + 32);
    expect(steps.mock.calls.length).toBeGreaterThan(70);
  });

  test("during a readback that never comes back, does not wait for it", async () => {
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    await train(network, 1);
    jest.spyOn(FieldNetwork.prototype, "forward").mockImplementationOnce(() => new Promise(() => {}));
    const waiting = network.forward();
    await lose();
    expect((await waiting).every(Number.isFinite)).toBe(true);
    expect(host.switched!.step).toBe(1);
  });

  test("while its step is made, makes that step once", async () => {
    await NetworkHost.open("wasm");
    const right = await run(FieldNetwork.create(options, fresh()), async () => {});
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    const step = FieldNetwork.prototype.step;
    let made = 0;
    jest.spyOn(FieldNetwork.prototype, "step").mockImplementation(async function (this: FieldNetwork, ...given) {
      const moved = await step.apply(this, given);
      if (++made !== 5) return moved;
      await lose();
      throw new Error("mapAsync: AbortError"); // as its norm's readback would
    });
    expect(differ(await run(network, async () => {}), right)).toBeLessThan(1e-4);
    expect(host.switched!.step).toBe(4);
  });

  test("goes on from a state it was given", async () => {
    const { host, lose } = await mortal("cpu");
    const network = host.network(options, fresh());
    for (let step = 1; step < 4; step++) await train(network, step);
    const saved = await network.state();
    for (let step = 4; step < 7; step++) await train(network, step);
    const right = await network.forward();
    network.restore(saved);
    for (let step = 4; step < 7; step++) {
      if (step === 6) await lose();
      await train(network, step);
    }
    expect(differ(await network.forward(), right)).toBeLessThan(1e-4);
  });

  test("takes the run's other networks along, in one switch", async () => {
    const { host, lose } = await mortal("cpu");
    const [one, other] = [host.network(options, fresh()), host.network(options, stream(3, "other"))];
    const [a, b] = [await one.forward(), await other.forward()];
    await lose();
    const [c, d] = await Promise.all([one.forward(), other.forward()]);
    expect(differ(a, c)).toBeLessThan(1e-5);
    expect(differ(b, d)).toBeLessThan(1e-5);
    expect(host.network(options, fresh())).toBeInstanceOf(FieldNetwork); // made after it, on wasm
  });
});

test("an error that is no loss is the caller's, and nothing is switched", async () => {
  const { host } = await mortal("cpu");
  const network = host.network(options, fresh());
  await expect(network.step(new Float32Array(3), 0.01)).rejects.toThrow("the cotangent has 3 numbers");
  expect([host.switched, host.backend.engine]).toEqual([null, "cpu"]);
});

test("on engines that cannot be lost a network keeps no journal", async () => {
  const host = await NetworkHost.open("wasm");
  expect(host.network(options, fresh())).toBeInstanceOf(FieldNetwork);
});
