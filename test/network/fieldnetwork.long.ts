import { expect, test } from "@jest/globals";
import { stream } from "../../src/engine/random.js";
import { chooseBackend } from "../../src/network/backend.js";
import { FieldNetwork } from "../../src/network/fieldnetwork.js";
import { engineMemory } from "../../src/network/tensor.js";

test("tensors, bytes and linear memory of the default network are the same at steps 100 and 10 000", async () => {
  await chooseBackend("wasm");
  const knotPoints = Float64Array.from({ length: 3 * 12 * 8 * 8 }, (_, i) => ((i * 7) % 12) / 12);
  const network = FieldNetwork.create(
    { knotPoints, periodic: [true, false, false], dim: 3, generators: 4, clip: 1 },
    stream(1, "network"),
  );
  const at: unknown[] = [];
  for (let i = 1; i <= 10_000; i++) {
    await network.step(await network.forward(), 1e-4);
    if (i === 100 || i === 10_000) at.push(engineMemory());
  }
  expect(at[1]).toEqual(at[0]);
  network.dispose();
}, 600_000);
