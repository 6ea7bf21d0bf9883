/** A GPU as a run knows it, and word when it is lost. */

/** A GPU, or a processor that stands in for one. */
export interface GpuReport {
  readonly name: string; // as its driver says: "NVIDIA H100 (nvidia hopper)"
  readonly software: boolean; // it computes on the processor, slower than wasm does
}

export interface Gpu extends GpuReport {
  readonly loss: Loss;
}

/** How a runtime without WebGPU of its own takes it from elsewhere: puts `navigator.gpu` in place, or says why it cannot. */
export type OpenGpu = () => Promise<string | null>;

const GRACE = 1000; // ms that the news of a loss may come after the errors it causes

/** A GPUDevice, as far as its end goes. */
interface Mortal {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: "uncapturederror", listener: (event: { error: { message: string } }) => void): void;
}

/** The loss of a device: whether it came, and work that must not wait for an answer the device will never give. */
export class Loss {
  /** Why, once it is lost. */
  reason: string | null = null;
  private readonly listeners = new Set<(reason: string) => void>();

  constructor(device: Mortal) {
    device.lost.then(({ reason, message }) => this.came([reason, message].filter((part) => part).join(": ")));
    // Out of memory and the like: tfjs does not look, and its tensors would hold zeros.
    device.addEventListener("uncapturederror", ({ error }) => this.came(error.message));
  }

  /** `work`, or DeviceLost as soon as the device is lost, also where that is the cause of another error. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.reason !== null) throw new DeviceLost(this.reason);
    try {
      return await this.before(work());
    } catch (error) {
      if (error instanceof DeviceLost) throw error;
      await this.before(new Promise((resolve) => setTimeout(resolve, GRACE)));
      throw error;
    }
  }

  /** Settles with the first of both; leaves nothing behind on the device's own promise, which lives as long as the device. */
  private before<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const lost = (reason: string): void => reject(new DeviceLost(reason));
      this.listeners.add(lost);
      work.then(resolve, reject).finally(() => this.listeners.delete(lost));
    });
  }

  private came(reason: string): void {
    if (this.reason !== null) return;
    this.reason = reason.replace(/\s+/g, " ").trim().slice(0, 200) || "no reason given";
    for (const lost of this.listeners) lost(this.reason);
  }
}

/** The GPU went away: a driver started anew, a sleep, memory that ran out. */
export class DeviceLost extends Error {
  override readonly name = "DeviceLost";
}
