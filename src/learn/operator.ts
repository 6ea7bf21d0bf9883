/** A neural operator as its users see it: it continues windows of a solution, in the data's units. No type of tfjs's shows here. */
import type { BackendRequest } from "../network/backend.js";
import type { Predictor } from "../use/rollout.js";

export interface OperatorEngine {
  readonly backend?: BackendRequest; // default "auto"
  readonly wasmPath?: string; // where tfjs's .wasm files lie, for bundles
  readonly network?: WebAssembly.Module; // tfjs's own .wasm, compiled, where bytes may not be compiled or fetched
  readonly networkKernels?: WebAssembly.Module; // "liefield/network.wasm", compiled, likewise; without it tfjs's kernels run, 4 to 7 times as long
}

export interface Operator extends Predictor {
  readonly nx: number;
  /** Mean loss of each epoch: mean square of what is missed, in deviations of the training data. */
  readonly history: readonly number[];
  /** What runs it, and what took over where a device was lost. `kernels`: our own, or tfjs's. */
  readonly engine: {
    readonly network: string;
    readonly kernels: "simd" | "tfjs";
    readonly passedOver: readonly { readonly engine: string; readonly reason: string }[]; // "simd": our own kernels
    readonly switched: { readonly from: string; readonly to: string; readonly reason: string } | null;
  };
  /** Windows [n, inputs, nx] → [n, outputs, nx] in the data's units; InputError for windows of another size. */
  predict(windows: Float64Array): Promise<Float64Array>;
  /** A safetensors file that `readOperator` takes; with `moments`, the optimiser's too, three times as long. */
  save(moments?: boolean): Promise<Uint8Array>;
  /** Frees what it holds. */
  close(): void;
}
