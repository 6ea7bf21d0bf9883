/**
 * Files of a tar archive, read as it streams by. Only those asked for by name and size are kept, and nothing is written anywhere, so no
 * entry can name a place outside. Source: POSIX.1-2017, pax, "ustar interchange format".
 */
import { InputError } from "../engine/error.js";

const BLOCK = 512;

/** `wanted`: bytes of each file by its name in the archive. Yields them in the archive's order. Throws InputError where one is missing or damaged. */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  wanted: ReadonlyMap<string, number>,
): AsyncGenerator<{ readonly name: string; readonly bytes: Uint8Array }> {
  const missing = new Map(wanted);
  const source = new Blocks(chunks);
  while (missing.size > 0) {
    const header = await source.take(BLOCK);
    if (!header || header.every((byte) => byte === 0)) break;
    const { name, size, ordinary } = entryOf(header);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const expected = ordinary ? missing.get(name) : undefined;
    if (expected === undefined) {
      await source.skip(size + padding);
      continue;
    }
    if (size !== expected) throw damaged(`${JSON.stringify(name)} has ${size} bytes where ${expected} are expected`);
    const bytes = await source.take(size);
    if (!bytes) throw damaged(`it ends within ${JSON.stringify(name)}`);
    await source.skip(padding);
    missing.delete(name);
    yield { name, bytes };
  }
  if (missing.size > 0) throw damaged(`it lacks ${[...missing.keys()].join(", ")}`);
}

function entryOf(header: Uint8Array): { name: string; size: number; ordinary: boolean } {
  const text = (from: number, to: number): string => {
    const end = header.subarray(from, to).indexOf(0);
    return String.fromCharCode(...header.subarray(from, end < 0 ? to : from + end));
  };
  const octal = (from: number, to: number): number => {
    const digits = text(from, to).trim();
    if (!/^[0-7]+$/.test(digits)) throw damaged(`a number reads ${JSON.stringify(digits)}`);
    return Number.parseInt(digits, 8);
  };
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(148, 156) !== sum) throw damaged("an entry does not match its checksum");
  const prefix = text(257, 262) === "ustar" ? text(345, 500) : "";
  const kind = text(156, 157);
  return {
    name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    size: octal(124, 136),
    ordinary: kind === "0" || kind === "",
  };
}

/** A stream in pieces of any length. */
class Blocks {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  /** The next `count` bytes; null where the stream ends before. */
  async take(count: number): Promise<Uint8Array | null> {
    const out = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      if (!(await this.more())) return null;
      const piece = this.rest.subarray(0, count - at);
      out.set(piece, at);
      at += piece.length;
      this.rest = this.rest.subarray(piece.length);
    }
    return out;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (!(await this.more())) throw damaged("it ends within an entry");
      const length = Math.min(left, this.rest.length);
      this.rest = this.rest.subarray(length);
      left -= length;
    }
  }

  private async more(): Promise<boolean> {
    while (this.rest.length === 0) {
      const { value, done } = await this.source.next();
      if (done) return false;
      this.rest = value;
    }
    return true;
  }
}

const damaged = (what: string): InputError => new InputError(`the archive is damaged: ${what}; fetch it again`);
