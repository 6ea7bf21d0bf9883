/** WebGPU as the network needs it: an adapter, what it calls itself, and tfjs's engine on a device of its own. */
import type { KernelBackend } from "@tensorflow/tfjs-core";
import { type GpuReport, Loss } from "./loss.js";

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
