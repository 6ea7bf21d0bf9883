/**
 * A field network that outlives the loss of its device. It keeps on the host what made its weights: a saved state and the steps since.
 * When the device is lost they are made anew on the next engine, and the call that failed is made there: no step is lost, and
 * none is done twice. To read the weights after every step instead would cost three downloads each.
 */
import { resume, type Stream } from "../engine/random.js";
import { FieldNetwork, type FieldNetworkOptions } from "./fieldnetwork.js";
import type { NetworkHost } from "./host.js";
import { DeviceLost, type Loss } from "./loss.js";
import type { NetworkState } from "./networkstate.js";

const KEPT = 32; // steps between saved states: at most so many are made again

interface Step {
  readonly cotangent: Float32Array;
  readonly learningRate: number;
}

export class DurableNetwork {
  private network: FieldNetwork;
  private saved: NetworkState | null = null; // null: as it was created
  private since: Step[] = [];
  private readonly seed: readonly number[];
  private before = 0; // steps that networks before this one left out

  constructor(
    private readonly host: NetworkHost,
    private loss: Loss | null,
    private readonly options: FieldNetworkOptions,
    stream: Stream,
  ) {
    this.seed = stream.state();
    this.network = FieldNetwork.create(options, stream);
  }

  /** Steps left out because something was not finite; the count outlives a device too. */
  get skipped(): number {
    return this.before + this.network.skipped;
  }

  forward(): Promise<Float32Array> {
    return this.call((network) => network.forward());
  }

  async step(cotangent: Float32Array, learningRate: number): Promise<boolean> {
    const moved = await this.call((network) => network.step(cotangent, learningRate));
    this.host.steps++;
    if (this.loss) this.since.push({ cotangent: cotangent.slice(), learningRate });
    if (this.since.length >= KEPT) await this.state();
    return moved;
  }

  gradient(cotangent: Float32Array): Promise<Float32Array> {
    return this.call((network) => network.gradient(cotangent));
  }

  async restart(generator: number, stream: Stream, warm: number): Promise<void> {
    const seed = stream.state();
    await this.call((network) => network.restart(generator, resume(seed), warm));
    if (this.loss) await this.state();
  }

  async state(): Promise<NetworkState> {
    this.saved = await this.call((network) => network.state());
    this.since = [];
    return this.saved;
  }

  restore(state: NetworkState): void {
    this.network.restore(state);
    this.saved = state;
    this.since = [];
  }

  dispose(): void {
    this.network.dispose();
  }

  /** Makes the call; on the next engine, where the device was lost before it or is meanwhile. */
  private async call<T>(work: (network: FieldNetwork) => Promise<T>): Promise<T> {
    if (!this.loss) return work(this.network);
    try {
      return await this.loss.within(() => work(this.network));
    } catch (error) {
      if (!(error instanceof DeviceLost)) throw error;
      await this.host.replace(error.message);
      this.loss = null;
      await this.rebuild();
      return work(this.network);
    }
  }

  private async rebuild(): Promise<void> {
    const { skipped } = this;
    this.network.dispose();
    this.network = FieldNetwork.create(this.options, resume(this.seed));
    if (this.saved) this.network.restore(this.saved);
    for (const { cotangent, learningRate } of this.since) await this.network.step(cotangent, learningRate);
    this.since = [];
    this.before = skipped - this.network.skipped;
  }
}
