/** The structures of an HDF5 file, read piece by piece, with nothing in them believed. Source: HDF5 File Format Specification, version 3.0. */
import type { FileSource } from "../../engine/adapter.js";
import { InputError } from "../../engine/error.js";

/** A message of an object's header: one thing said about a group or a data set. */
export interface Message {
  readonly type: number;
  readonly shared: boolean; // its content lies elsewhere
  readonly view: DataView;
}

const READS = 2 ** 17; // structures of one file that are looked at; a million chunks take 2^15
const BLOCK = 2 ** 20; // bytes of one structure
const BLOCKS = 64; // that one object's header is spread over
const CONTINUATION = 0x10;

/** What a file is that cannot be read for a reason of its own making. */
export const CONVERT =
  "save the arrays with numpy.savez, such as numpy.savez('a.npz', u=f['u'], x=f['x'], t=f['t']) for f = h5py.File('a.h5')";

export const damaged = (what: string): InputError =>
  new InputError(`the HDF5 file is damaged: ${what}; copy or write it again`);

export const unknown = (what: string): InputError =>
  new InputError(`the HDF5 file has ${what}, not read here; ${CONVERT}`);

export class Hdf5File {
  private reads = 0;

  constructor(readonly source: FileSource) {}

  /** Bytes of a structure. Throws InputError beyond the file's end, and where a file has more structures than any needs. */
  async view(at: number, length: number): Promise<DataView> {
    if (!(at >= 0 && length <= BLOCK && at + length <= this.source.size))
      throw damaged(`${length} bytes at ${at} are expected, ${this.source.size} are there in all`);
    if (++this.reads > READS) throw damaged("it has structures without end");
    const bytes = await this.source.read(at, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The address of the root group's header. */
  async root(): Promise<number> {
    const view = await this.view(0, Math.min(96, this.source.size));
    if (view.byteLength < 48 || SIGNATURE.some((byte, i) => view.getUint8(i) !== byte))
      throw damaged("it does not begin as one");
    const version = view.getUint8(8);
    const old = version < 2;
    if (version > 3) throw unknown(`a superblock of version ${version}`);
    const [offsets, lengths] = [view.getUint8(old ? 13 : 9), view.getUint8(old ? 14 : 10)];
    if (offsets !== 8 || lengths !== 8) throw unknown(`addresses of ${offsets} bytes`);
    if (!old) return address(view, 36);
    const entry = version === 0 ? 56 : 60;
    if (view.byteLength < entry + 16) throw damaged("it ends within its superblock");
    return address(view, entry + 8);
  }

  /** All messages of an object's header, through its continuations. */
  async messages(at: number): Promise<Message[]> {
    const start = await this.view(at, Math.min(32, Math.max(0, this.source.size - at)));
    if (start.byteLength < 16) throw damaged(`no object lies at ${at}`);
    return start.getUint32(0, true) === OHDR ? this.newer(at, start) : this.older(at, start);
  }

  private async older(at: number, start: DataView): Promise<Message[]> {
    if (start.getUint8(0) !== 1) throw damaged(`no object lies at ${at}`);
    const messages: Message[] = [];
    await this.blocks([at + 16, start.getUint32(8, true)], (view) => {
      for (let p = 0; p + 8 <= view.byteLength; ) {
        const size = view.getUint16(p + 2, true);
        this.add(messages, view, view.getUint16(p, true), view.getUint8(p + 4), p + 8, size);
        p += 8 + size;
      }
      return messages;
    });
    return messages;
  }

  private async newer(at: number, start: DataView): Promise<Message[]> {
    const flags = start.getUint8(5);
    const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const width = 1 << (flags & 3);
    if (start.byteLength < sizeAt + width) throw damaged(`the object at ${at} ends within its header`);
    const size = width === 8 ? address(start, sizeAt) : uint(start, sizeAt, width);
    const head = flags & 4 ? 6 : 4;
    const messages: Message[] = [];
    let first = true;
    await this.blocks([at + sizeAt + width, size], (view) => {
      const [from, to] = first ? [0, view.byteLength] : [4, view.byteLength - 4]; // "OCHK" and a checksum about the others
      if (!first && (view.byteLength < 8 || view.getUint32(0, true) !== OCHK)) throw damaged("a header does not go on");
      first = false;
      for (let p = from; p + head <= to; ) {
        const length = view.getUint16(p + 1, true);
        if (p + head + length > to) throw damaged("a message is cut short");
        this.add(messages, view, view.getUint8(p), view.getUint8(p + 3), p + head, length);
        p += head + length;
      }
      return messages;
    });
    return messages;
  }

  private add(into: Message[], view: DataView, type: number, flags: number, at: number, size: number): void {
    if (at + size > view.byteLength) throw damaged("a message is cut short");
    into.push({ type, shared: (flags & 2) !== 0, view: new DataView(view.buffer, view.byteOffset + at, size) });
  }

  /** A header's blocks: the first, and those that its messages go on in. */
  private async blocks([at, size]: [number, number], read: (view: DataView) => Message[]): Promise<void> {
    const places: [number, number][] = [[at, size]];
    const seen = new Set([at]);
    let known = 0;
    for (let i = 0; i < places.length; i++) {
      if (i === BLOCKS) throw damaged("a header goes on without end");
      const messages = read(await this.view(...places[i]!));
      for (const { type, view } of messages.slice(known)) {
        if (type !== CONTINUATION) continue;
        if (view.byteLength < 16) throw damaged("a header does not go on");
        const next = address(view, 0);
        if (seen.has(next)) throw damaged("a header goes on in itself");
        seen.add(next);
        places.push([next, address(view, 8)]);
      }
      known = messages.length;
    }
  }
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const OHDR = 0x5244484f;
const OCHK = 0x4b48434f;

/** Whether bytes begin as an HDF5 file does. */
export const isHdf5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** 64 bits as a number, inexact above 2^53; all ones, above every file, stand for nowhere. */
export const address = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

export const NOWHERE = 2 ** 64 - 1; // as `address` gives it, rounded

export function uint(view: DataView, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return value;
}

/** Four letters at a place. */
export const tag = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
