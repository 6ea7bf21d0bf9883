/** Compiled kernels as they travel, gzipped. */
import { InputError } from "../error.js";

/** gzip undone, 1 ms; `remedy`: what to pass where that cannot be. Older than SIMD in every browser but Firefox, 113 beside 89: there the oracle steps in. */
export async function unpacked(gzipped: Uint8Array<ArrayBuffer>, remedy: string): Promise<ArrayBuffer> {
  if (typeof DecompressionStream === "undefined")
    throw new InputError(
      `this runtime has no DecompressionStream to unpack the kernels with; pass the compiled module of ${remedy}`,
    );
  const packed = new Blob([gzipped]).stream(); // no Response: in Node it loads all of fetch, 30 ms
  const parts: BlobPart[] = [];
  const reader = packed.pipeThrough(new DecompressionStream("gzip")).getReader();
  for (let part = await reader.read(); part.value; part = await reader.read()) parts.push(part.value);
  return new Blob(parts).arrayBuffer();
}
