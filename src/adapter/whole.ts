/** A file that appears whole or not at all, by a runtime's own way of making files piece by piece. */
import type { FileSink } from "../engine/adapter.js";

export async function writeWhole(sink: FileSink, bytes: Uint8Array | string): Promise<void> {
  try {
    await sink.write(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
