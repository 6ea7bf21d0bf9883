/**
 * An operator that outlives the loss of its device: it is made anew on the next engine from the state that was kept last, and its owner goes on from
 * there. Windows are drawn by seed and epoch, so what is done again is the same.
 */
import type { NetworkHost } from "../host.js";
import { DeviceLost, type Loss } from "../loss.js";
import type { OptimiserState } from "./adamw.js";
import { chooseArithmetic, OperatorNetwork } from "./network.js";
import type { OperatorShape } from "./shape.js";

export class DurableOperator {
  private constructor(
    private readonly host: NetworkHost,
    private loss: Loss | null,
    private network: OperatorNetwork,
    private kept: number | OptimiserState,
    private whyTfjs: string | null,
  ) {}

  /** Throws InputError for sizes that make no operator and a state that does not fit. */
  static async open(host: NetworkHost, shape: OperatorShape, from: number | OptimiserState): Promise<DurableOperator> {
    const { arithmetic, reason } = await chooseArithmetic();
    const network = OperatorNetwork.create(shape, from, arithmetic);
    return new DurableOperator(host, host.backend.gpu?.loss ?? null, network, from, reason);
  }

  get kernels(): OperatorNetwork["kernels"] {
    return this.network.kernels;
  }

  /** Why our own kernels did not start where they could serve; null where they run, or could not. */
  get reason(): string | null {
    return this.whyTfjs;
  }

  async step(...of: Parameters<OperatorNetwork["step"]>): Promise<number> {
    const loss = await this.within(() => this.network.step(...of));
    this.host.steps++;
    return loss;
  }

  predict(input: Float32Array): Promise<Float32Array> {
    return this.again((network) => network.predict(input));
  }

  state(): Promise<OptimiserState> {
    return this.again((network) => network.state());
  }

  /** Keeps the present state to go on from, where the device may be lost: three downloads of all weights. */
  async keep(): Promise<void> {
    if (this.loss) this.kept = await this.within(() => this.network.state());
  }

  /** Whether an error was the loss of the device: then the operator is back at the kept state, on an engine that cannot be lost. */
  async recovered(error: unknown): Promise<boolean> {
    if (!(error instanceof DeviceLost)) return false;
    const { shape } = this.network;
    this.network.dispose();
    await this.host.replace(error.message);
    this.loss = null;
    const { arithmetic, reason } = await chooseArithmetic();
    this.whyTfjs = reason;
    this.network = OperatorNetwork.create(shape, this.kept, arithmetic);
    return true;
  }

  dispose(): void {
    this.network.dispose();
  }

  /** On the next engine, from the kept state, where the device is lost. */
  private async again<T>(work: (network: OperatorNetwork) => Promise<T>): Promise<T> {
    try {
      return await this.within(() => work(this.network));
    } catch (error) {
      if (!(await this.recovered(error))) throw error;
      return work(this.network);
    }
  }

  private within<T>(work: () => Promise<T>): Promise<T> {
    return this.loss ? this.loss.within(work) : work();
  }
}
