/** The members of an HDF5 group: names and where their headers lie. */
import { address, damaged, type Hdf5File, type Message, NOWHERE, tag, uint, unknown } from "./file.js";

const [LINK_INFO, LINK, SYMBOL_TABLE] = [0x02, 0x06, 0x11];
const MOST = 10_000; // members of a group
const LEVELS = 16;

/** Hard links by name; others are left out. Throws InputError. */
export async function linksOf(file: Hdf5File, messages: readonly Message[]): Promise<Map<string, number>> {
  const links = new Map<string, number>();
  for (const { type, view } of messages) {
    if (type === SYMBOL_TABLE) {
      if (view.byteLength < 16) throw damaged("a group's table is cut short");
      await table(file, address(view, 0), await heapAt(file, address(view, 8)), links, new Set(), null);
    } else if (type === LINK) link(view, links);
    else if (type === LINK_INFO) {
      const flags = view.byteLength > 1 ? view.getUint8(1) : 0;
      const at = flags & 1 ? 10 : 2;
      if (view.byteLength < at + 8) throw damaged("a group's table is cut short");
      if (address(view, at) !== NOWHERE) throw unknown("a group with its members in a heap");
    }
    if (links.size > MOST) throw damaged(`a group has more than ${MOST} members`);
  }
  return links;
}

/** A group's names, one after another, each ended by a zero byte. */
async function heapAt(file: Hdf5File, at: number): Promise<Uint8Array> {
  const view = await file.view(at, 32);
  if (tag(view, 0) !== "HEAP") throw damaged("a group's names are not where they should be");
  const names = await file.view(address(view, 24), address(view, 8));
  return new Uint8Array(names.buffer, names.byteOffset, names.byteLength);
}

/** `level`: that a node must have; the first may have any. */
async function table(
  file: Hdf5File,
  at: number,
  heap: Uint8Array,
  into: Map<string, number>,
  seen: Set<number>,
  level: number | null,
): Promise<void> {
  if (seen.has(at)) throw damaged("a group's tree holds itself");
  seen.add(at);
  const head = await file.view(at, 24);
  const [own, count] = [head.getUint8(5), head.getUint16(6, true)];
  if (tag(head, 0) !== "TREE" || head.getUint8(4) !== 0 || own > LEVELS || (level !== null && own !== level))
    throw damaged("a group's tree is not where it should be");
  const children = await file.view(at + 24, 16 * count + 8);
  for (let i = 0; i < count; i++) {
    const child = address(children, 16 * i + 8);
    if (own > 0) await table(file, child, heap, into, seen, own - 1);
    else await symbols(file, child, heap, into, seen);
    if (into.size > MOST) throw damaged(`a group has more than ${MOST} members`);
  }
}

async function symbols(
  file: Hdf5File,
  at: number,
  heap: Uint8Array,
  into: Map<string, number>,
  seen: Set<number>,
): Promise<void> {
  if (seen.has(at)) throw damaged("a group's tree holds itself");
  seen.add(at);
  const head = await file.view(at, 8);
  if (tag(head, 0) !== "SNOD") throw damaged("a group's members are not where they should be");
  const count = head.getUint16(6, true);
  const entries = await file.view(at + 8, 40 * count);
  for (let i = 0; i < count; i++) {
    if (entries.getUint32(40 * i + 16, true) === 2) continue; // a soft link
    const name = address(entries, 40 * i);
    const end = heap.indexOf(0, name);
    if (name >= heap.length || end < 0) throw damaged("a group's names are cut short");
    into.set(new TextDecoder().decode(heap.subarray(name, end)), address(entries, 40 * i + 8));
  }
}

function link(view: DataView, into: Map<string, number>): void {
  const flags = view.byteLength > 1 ? view.getUint8(1) : 0;
  let at = 2;
  let kind = 0;
  if (flags & 8) kind = view.byteLength > at ? view.getUint8(at++) : 0;
  at += (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const width = 1 << (flags & 3);
  if (at + width > view.byteLength) throw damaged("a link is cut short");
  const length = uint(view, at, width);
  at += width;
  if (kind !== 0) return;
  if (at + length + 8 > view.byteLength) throw damaged("a link is cut short");
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
  into.set(name, address(view, at + length));
}
