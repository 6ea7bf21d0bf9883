/** What runs the networks of one run, and what took over where its device was lost. */
import type { Stream } from "../engine/random.js";
import {
  type Backend,
  type BackendOptions,
  type BackendRequest,
  chooseBackend,
  type EngineName,
  takeOver,
} from "./backend.js";
import { DurableNetwork } from "./durable.js";
import { FieldNetwork, type FieldNetworkOptions } from "./fieldnetwork.js";

/** One engine after another. */
export interface Switch {
  readonly from: EngineName;
  readonly to: EngineName;
  readonly step: number; // training steps done before
  readonly reason: string;
}

export class NetworkHost {
  steps = 0; // of training, by any of its networks
  switched: Switch | null = null;

  private constructor(
    readonly first: Backend,
    public backend: Backend,
    private readonly options: BackendOptions,
  ) {}

  /** InputError if no engine starts, or not the one named. */
  static async open(request: BackendRequest, options: BackendOptions = {}): Promise<NetworkHost> {
    const backend = await chooseBackend(request, options);
    return new NetworkHost(backend, backend, options);
  }

  /** A network with random weights drawn from `stream`. On a GPU it outlives the loss of its device. */
  network(options: FieldNetworkOptions, stream: Stream): FieldNetwork | DurableNetwork {
    const loss = this.backend.gpu?.loss;
    return loss ? new DurableNetwork(this, loss, options, stream) : FieldNetwork.create(options, stream);
  }

  /** Goes over to an engine that cannot be lost; all networks of the run call it, and the first call does it. */
  replace(reason: string): Promise<void> {
    this.replacing ??= this.goOn(reason);
    return this.replacing;
  }

  private replacing: Promise<void> | null = null;

  private async goOn(reason: string): Promise<void> {
    const { engine: from, passedOver } = this.backend;
    const next = await takeOver(from, this.options);
    this.switched = { from, to: next.engine, step: this.steps, reason };
    this.backend = { ...next, passedOver: [...passedOver, ...next.passedOver] };
  }
}
