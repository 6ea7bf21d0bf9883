/** A trained operator on an engine of this machine. */
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import type { NetworkHost } from "../network/host.js";
import { DurableOperator } from "../network/operator/durable.js";
import { openHost } from "./host.js";
import type { Operator, OperatorEngine } from "./operator.js";
import { decodeOperator, encodeOperator, type OperatorFile } from "./operatorfile.js";

const AT_ONCE = 32; // windows on the device

export class TrainedOperator implements Operator {
  constructor(
    private readonly host: NetworkHost,
    private readonly network: DurableOperator,
    private readonly about: Omit<OperatorFile, "state">,
  ) {}

  get inputs(): number {
    return this.about.shape.inputs;
  }

  get outputs(): number {
    return this.about.shape.outputs;
  }

  get nx(): number {
    return this.about.shape.nx;
  }

  get history(): readonly number[] {
    return this.about.history;
  }

  get engine(): Operator["engine"] {
    const { backend, switched } = this.host;
    const { kernels, reason } = this.network;
    const passedOver = [...backend.passedOver, ...(reason === null ? [] : [{ engine: "simd", reason }])];
    return { network: backend.engine, kernels, passedOver, switched };
  }

  async predict(windows: Float64Array): Promise<Float64Array> {
    const { inputs, outputs, nx } = this;
    const { mean, deviation } = this.about.scale;
    const one = inputs * nx;
    const n = windows.length / one;
    if (!(Number.isInteger(n) && n >= 1))
      throw new InputError(`${windows.length} numbers came; pass windows [n, ${inputs}, ${nx}] of times and places`);
    const out = new Float64Array(n * outputs * nx);
    for (let from = 0; from < n; from += AT_ONCE) {
      const part = windows.subarray(from * one, Math.min(from + AT_ONCE, n) * one);
      const numbers = await this.network.predict(Float32Array.from(part, (u) => (u - mean) / deviation));
      numbers.forEach((z, i) => {
        out[from * outputs * nx + i] = mean + deviation * z;
      });
    }
    return out;
  }

  async save(moments = false): Promise<Uint8Array> {
    return encodeOperator({ ...this.about, state: await this.network.state() }, moments);
  }

  close(): void {
    this.network.dispose();
  }
}

/** An operator from the bytes of its file, on an engine of this machine. Throws InputError for a file that cannot be used. */
export async function readOperator(
  bytes: Uint8Array,
  adapter: Adapter,
  engine: OperatorEngine = {},
): Promise<Operator> {
  const { state, ...about } = decodeOperator(bytes); // before an engine starts
  const host = await openHost(engine, adapter);
  return new TrainedOperator(host, await DurableOperator.open(host, about.shape, state), about);
}
