/** workerd for tests: its program, and what the benches serve workers with, typed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Metafile } from "esbuild";
// @ts-expect-error benches are plain JavaScript
import * as benches from "../../../bench/compare/serve.mjs";

export interface Bundle {
  readonly script: string; // minified ESM
  readonly files: ReadonlyMap<string, string>; // modules that it imports: name → path
  readonly metafile: Metafile;
}

export interface Served {
  readonly url: string;
  readonly pid: number;
  /** What it wrote to stderr. */
  said(): string;
  stop(): Promise<void>;
}

export const bundled: (entry: string) => Promise<Bundle> = benches.bundled;
export const serve: (program: string, bundle: Bundle) => Promise<Served> = benches.serve;
export const serveFrom: (program: string, directory: string) => Promise<Served> = benches.serveFrom;

/** workerd's own program, or the reason why it does not start. */
export function workerdProgram(): { readonly program: string } | { readonly missing: string } {
  try {
    return { program: (createRequire(import.meta.url)("workerd") as { default: string }).default };
  } catch (error) {
    return { missing: `workerd is not installed: ${(error as Error).message.split("\n")[0]}` };
  }
}

/** Most memory that a process has held, in MB; NaN where the system does not say. */
export function peakMemory(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
