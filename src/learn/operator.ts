/** A trained neural operator: it continues windows of a solution, in the data's units. */
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import type { BackendRequest, PassedOver } from "../network/backend.js";
import { NetworkHost, type Switch } from "../network/host.js";
import { DurableOperator } from "../network/operator/durable.js";
import type { Predictor } from "../use/rollout.js";
import { decodeOperator, encodeOperator, type OperatorFile } from "./operatorfile.js";

export interface OperatorEngine {
  readonly backend?: BackendRequest; // default "auto"
  readonly wasmPath?: string; // where tfjs's .wasm files lie, for bundles
  readonly network?: WebAssembly.Module; // tfjs's own .wasm, compiled, where bytes may not be compiled or fetched
}

const AT_ONCE = 32; // windows on the device

export async function openHost({ backend, wasmPath, network }: OperatorEngine, adapter: Adapter): Promise<NetworkHost> {
  const path = wasmPath ?? adapter.networkFiles;
  const module = network ?? adapter.network;
  return NetworkHost.open(backend ?? "auto", {
    ...(path === undefined ? {} : { wasmPath: path }),
    ...(module === undefined ? {} : { wasmModule: module }),
    ...(adapter.openGpu && { openGpu: () => adapter.openGpu!() }),
  });
}

export class Operator implements Predictor {
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

  /** Mean loss of each epoch: mean square of what is missed, in deviations of the training data. */
  get history(): readonly number[] {
    return this.about.history;
  }

  /** What runs it, and what took over where a device was lost. `kernels`: our own, or tfjs's. */
  get engine(): {
    readonly network: string;
    readonly kernels: "simd" | "tfjs";
    readonly passedOver: readonly PassedOver[];
    readonly switched: Switch | null;
  } {
    const { backend, switched } = this.host;
    return { network: backend.engine, kernels: this.network.kernels, passedOver: backend.passedOver, switched };
  }

  /** Windows [n, inputs, nx] → [n, outputs, nx] in the data's units; InputError for windows of another size. */
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

  /** A safetensors file that `readOperator` takes; with `moments` training can go on from it. */
  async save(moments = false): Promise<Uint8Array> {
    return encodeOperator({ ...this.about, state: await this.network.state() }, moments);
  }

  /** Frees its tensors. */
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
  return new Operator(host, await DurableOperator.open(host, about.shape, state), about);
}
