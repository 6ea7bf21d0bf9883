/** An .npy file written row by row: their number need not be known before, and nothing is held. Float64, C order. */
import type { FileSink } from "../engine/adapter.js";
import { HEADER, npyHeader } from "./npzstream.js";

export class NpyStream {
  private rows = 0;

  /** `row` is the shape of one row. Nothing is written before the first. */
  constructor(
    private readonly sink: FileSink,
    private readonly row: readonly number[],
  ) {}

  async append(row: Float64Array): Promise<void> {
    if (this.rows++ === 0) await this.sink.write(new Uint8Array(HEADER)); // written over at the end
    await this.sink.write(new Uint8Array(row.buffer, row.byteOffset, row.byteLength)); // little-endian, as every machine that runs this
  }

  /** At least one row must have come. */
  async finish(): Promise<void> {
    await this.sink.overwrite(0, npyHeader([this.rows, ...this.row]));
  }
}
