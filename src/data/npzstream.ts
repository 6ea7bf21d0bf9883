/**
 * An .npz file written as its largest array is made: that array's rows come one by one, their number need not be known before, and nothing is
 * held. Float64, C order, not compressed, as `writeNpz` makes them. Source: PKWARE APPNOTE 6.3, NEP 1.
 */
import type { FileSink } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { Checksum, crc32, joinedChecksum } from "./checksum.js";
import { type NumericArray, writeNpy } from "./npy.js";

export const HEADER = 256; // bytes of the large array's own header: room for any shape
const MOST = 2 ** 32 - 1; // bytes of a file: what ZIP counts without its extension
const OVERHEAD = 1024; // bytes of a member's records and header without its name, and of the end record

interface Member {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  readonly checksum: number;
}

export class NpzStream {
  private readonly checksum = new Checksum();
  private readonly start: number; // of the large array's own header
  private at = 0;
  private rows = 0;

  /** `row` is the shape of one row of the array `name`. Nothing is written before the first row. */
  constructor(
    private readonly sink: FileSink,
    private readonly name: string,
    private readonly row: readonly number[],
  ) {
    this.start = localHeader(member(`${name}.npy`, 0, 0, 0)).length;
  }

  /** Throws InputError where the file would become longer than ZIP's 4 GiB. */
  async append(row: Float64Array): Promise<void> {
    if (this.rows === 0) await this.write(new Uint8Array(this.start + HEADER)); // written over at the end
    this.checkSize(this.at + row.byteLength);
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength); // little-endian, as every machine that runs this
    this.checksum.add(bytes);
    this.rows++;
    await this.write(bytes);
  }

  /**
   * Writes the other arrays, and what the first one's length decides. At least one row must have come. Throws InputError, before anything of it is
   * written, where all together would be longer than ZIP's 4 GiB.
   */
  async finish(others: Iterable<readonly [name: string, array: NumericArray]>): Promise<void> {
    const rest = [...others].map(([name, array]) => [`${name}.npy`, array] as const);
    this.checkSize(
      rest.reduce(
        (sum, [name, { data }]) => sum + data.byteLength + OVERHEAD + 2 * new TextEncoder().encode(name).length,
        this.at + OVERHEAD,
      ),
    );
    const header = npyHeader([this.rows, ...this.row]);
    const bytes = this.at - this.start;
    const whole = joinedChecksum(crc32(header), this.checksum.value, bytes - HEADER);
    const first = member(`${this.name}.npy`, 0, bytes, whole);
    await this.sink.overwrite(0, localHeader(first));
    await this.sink.overwrite(this.start, header);
    const members = [first];
    for (const [name, array] of rest) {
      const content = writeNpy(array);
      const own = member(name, this.at, content.length, crc32(content));
      members.push(own);
      await this.write(localHeader(own));
      await this.write(content);
    }
    const directory = this.at;
    for (const each of members) await this.write(directoryEntry(each));
    await this.write(endRecord(members.length, directory, this.at - directory));
  }

  private checkSize(bytes: number): void {
    if (bytes > MOST)
      throw new InputError(
        `the file would have more than 4 GiB with ${this.rows} rows of ${this.name}; write fewer to a file, or to an .npy`,
      );
  }

  private async write(bytes: Uint8Array): Promise<void> {
    this.at += bytes.length;
    await this.sink.write(bytes);
  }
}

const member = (name: string, at: number, bytes: number, checksum: number): Member => ({ name, at, bytes, checksum });

/** NPY version 1 with padding up to HEADER bytes, whatever the shape. */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${tuple}), }`;
  const bytes = new Uint8Array(HEADER);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, HEADER - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(HEADER - 11)}\n`), 10);
  return bytes;
}

const FIRST_DAY = 0x21; // 1 January 1980: the same arrays give the same bytes

function localHeader({ name, bytes, checksum }: Member): Uint8Array {
  const text = new TextEncoder().encode(name);
  const header = new Uint8Array(30 + text.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x04034b50, true);
  common(view, 4, bytes, checksum, text.length);
  header.set(text, 30);
  return header;
}

function directoryEntry({ name, at, bytes, checksum }: Member): Uint8Array {
  const text = new TextEncoder().encode(name);
  const entry = new Uint8Array(46 + text.length);
  const view = new DataView(entry.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, 20, true); // made by version 2.0
  common(view, 6, bytes, checksum, text.length);
  view.setUint32(42, at, true);
  entry.set(text, 46);
  return entry;
}

/** What both records share, from the version needed on: stored, no flags. */
function common(view: DataView, at: number, bytes: number, checksum: number, name: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 8, FIRST_DAY, true);
  view.setUint32(at + 10, checksum, true);
  view.setUint32(at + 14, bytes, true);
  view.setUint32(at + 18, bytes, true);
  view.setUint16(at + 22, name, true);
}

function endRecord(count: number, at: number, bytes: number): Uint8Array {
  const record = new Uint8Array(22);
  const view = new DataView(record.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, bytes, true);
  view.setUint32(16, at, true);
  return record;
}
