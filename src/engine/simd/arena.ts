/**
 * Linear memory handed out from the bottom: `keep` for tables that live as long as the engine, `frame` for one call's arrays.
 * Only pointers are held; views are made anew for each copy, since growing memory detaches them.
 */
import type { Real } from "../kernels.js";

type Bytes = Real | Int32Array | Uint8Array;

const PAGE = 65536;
const ALIGN = 16; // one v128

export class Arena {
  private top: number;

  constructor(
    readonly memory: WebAssembly.Memory,
    base: number,
  ) {
    this.top = (base + ALIGN - 1) & -ALIGN;
  }

  /** Room for `bytes`, aligned to a vector; contents undefined. Addresses stay below 2 GiB. */
  room(bytes: number): number {
    const at = this.top;
    this.top = (at + bytes + ALIGN - 1) & -ALIGN;
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  /** A copy of `array` in linear memory. */
  put(array: Bytes): number {
    const at = this.room(array.byteLength);
    new Uint8Array(this.memory.buffer, at, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return at;
  }

  /** Copies linear memory at `at` over `into`. */
  get(at: number, into: Bytes): void {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(
      new Uint8Array(this.memory.buffer, at, into.byteLength),
    );
  }

  /** Zeroes `bytes` at `at`. */
  clear(at: number, bytes: number): void {
    new Uint8Array(this.memory.buffer, at, bytes).fill(0);
  }

  /** Runs `work` and gives back all that it took. Not for `keep`ing tables: make those outside. */
  frame<T>(work: () => T): T {
    const top = this.top;
    try {
      return work();
    } finally {
      this.top = top;
    }
  }
}
