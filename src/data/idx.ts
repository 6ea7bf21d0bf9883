/** The IDX format of MNIST's files: an array of unsigned bytes. Source: LeCun, Cortes & Burges, the MNIST database, "file format". */
import { InputError } from "../engine/error.js";

const BYTES = 8; // the code of unsigned bytes

/** Bytes of a file → its array, a view of them; `rank` is what is expected, `name` what errors call the file. Throws InputError. */
export function readIdx(bytes: Uint8Array, rank: number, name: string): { shape: number[]; data: Uint8Array } {
  const header = 4 + 4 * rank;
  const damaged = (what: string): InputError =>
    new InputError(`${name} is no IDX file of bytes: ${what}; fetch it again`);
  if (bytes.length < header) throw damaged(`it ends after ${bytes.length} bytes, within its header of ${header}`);
  const [zero, also, type, axes] = bytes;
  if (zero !== 0 || also !== 0 || type !== BYTES)
    throw damaged(`it begins with ${[zero, also, type].join(", ")}, not 0, 0, ${BYTES}`);
  if (axes !== rank) throw damaged(`it has ${axes} axes where ${rank} are expected`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, a) => view.getUint32(4 + 4 * a));
  const count = shape.reduce((product, length) => product * length, 1); // inexact above 2^53, where no file is so long
  if (bytes.length - header !== count)
    throw damaged(`it holds ${bytes.length - header} bytes for shape [${shape.join(", ")}], which takes ${count}`);
  return { shape, data: bytes.subarray(header) };
}
