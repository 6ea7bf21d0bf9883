/** WebGPU as the network needs it: an adapter, what it calls itself, a device of its own, and word when the device is lost. */
import type { KernelBackend } from "@tensorflow/tfjs-core";

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

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/** Browsers tell vendor and architecture alone, Dawn and wgpu device and description too. */
export function describeAdapter(adapter: GPUAdapter): GpuReport {
  const info = adapter.info as GPUAdapterInfo | undefined; // runtimes of 2024 lack it
  const word = (key: "vendor" | "architecture" | "device" | "description"): string => (info?.[key] ?? "").trim();
  const family = [word("vendor"), word("architecture")].filter((part) => /[a-z]/i.test(part)).join(" "); // wgpu gives numbers
  const model = word("description") || word("device");
  const name = model && family ? `${model} (${family})` : model || family || "unnamed adapter";
  const fallback = info?.isFallbackAdapter ?? (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter ?? false;
  return { name: name.slice(0, 200), software: fallback || SOFTWARE.test(`${name} ${word("device")}`) };
}

/** An adapter of this runtime, or why there is none. */
export async function findAdapter(): Promise<GPUAdapter | string> {
  const gpu = globalThis.navigator?.gpu; // Node 20 has no navigator at all
  if (!gpu) return "this machine offers no WebGPU adapter (navigator.gpu is missing)";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  return adapter ?? "this machine offers no WebGPU adapter (requestAdapter found none)";
}

const LIMITS = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const; // those that tfjs's kernels may need

/** tfjs's engine on a device of the adapter's. tfjs's own start-up keeps the device to itself, and with it the news of its loss. */
export async function engineOn(adapter: GPUAdapter): Promise<{ instance: KernelBackend; loss: Loss }> {
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits });
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  return { instance: new WebGPUBackend(device, adapter.info), loss: new Loss(device) };
}

const GRACE = 1000; // ms that the news of a loss may come after the errors it causes

/** The loss of a device: whether it came, and work that must not wait for an answer the device will never give. */
export class Loss {
  /** Why, once it is lost. */
  reason: string | null = null;
  private readonly listeners = new Set<(reason: string) => void>();

  constructor(device: GPUDevice) {
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
