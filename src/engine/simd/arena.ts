/**
 * Linear memory handed out from the bottom: `keep` for tables that live as long as the engine, `frame` for one call's arrays.
 * Only pointers are held; views are made anew for each copy, since growing memory detaches them.
 */
import { InputError } from "../error.js";
import type { Real } from "../kernels.js";

type Bytes = Real | Int32Array | Uint8Array;

const PAGE = 65536;
const ALIGN = 16; // one v128
const MOST = 2 ** 31; // bytes: pointers are signed
const MIB = 2 ** 20;

export class Arena {
  private top: number;

  constructor(
    readonly memory: WebAssembly.Memory,
    base: number,
  ) {
    this.top = aligned(base);
  }

  /** Room for `bytes`, aligned to a vector; contents undefined. Throws InputError where there is none; nothing is taken then. */
  room(bytes: number): number {
    const at = this.top;
    const top = aligned(at + bytes);
    const missing = top - this.memory.buffer.byteLength;
    if (top > MOST) throw outOfMemory(top, `they address no more than ${MOST / MIB} MiB`);
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch {
        throw outOfMemory(
          top,
          `this runtime gives no more than the ${toMib(this.memory.buffer.byteLength)} MiB they have`,
        );
      }
    }
    this.top = top;
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

const aligned = (at: number): number => Math.ceil(at / ALIGN) * ALIGN; // not by bits: these are 32
const toMib = (bytes: number): number => Math.ceil(bytes / MIB);

const outOfMemory = (wanted: number, limit: string): InputError =>
  new InputError(
    `the kernels want ${toMib(wanted)} MiB of memory, but ${limit}; take fewer trajectories, points (nx, outputs) or knots, or fewer workers`,
  );
