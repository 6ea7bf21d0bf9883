/** Files that are nearly right: valid ones with bytes turned, lengths replaced, parts cut out, doubled or spliced; and bytes of no kind. */
import { fc } from "../property.js";

type Edit =
  | { readonly kind: "byte"; readonly at: number; readonly value: number }
  | { readonly kind: "number"; readonly at: number; readonly value: bigint; readonly width: 1 | 2 | 4 | 8 }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "remove"; readonly at: number; readonly length: number }
  | { readonly kind: "double"; readonly at: number; readonly length: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array };

/** Half of all places lie among the first 512 bytes, where headers are. */
const place = fc.oneof(fc.nat(511), fc.nat(2 ** 20));
const telling = fc.constantFrom(
  0n,
  1n,
  2n,
  3n,
  8n,
  0x7fn,
  0xffn,
  0xffffn,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 64n - 1n,
);
const value = fc.oneof(telling, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 4096n }));
const length = fc.nat(64);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("byte" as const), at: place, value: fc.nat(255) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("number" as const),
      at: place,
      value,
      width: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), at: place, length }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("double" as const), at: place, length }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("insert" as const), at: place, bytes: fc.uint8Array({ maxLength: 16 }) }),
  },
);

export interface Mutation {
  readonly seed: number; // which valid file, modulo how many there are
  readonly edits: readonly Edit[];
  readonly mended: boolean; // checksums put right again, so that what lies behind them is reached
}

export const mutations: fc.Arbitrary<Mutation | Uint8Array> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      seed: fc.nat(99),
      edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
      mended: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
);

export function mutated(valid: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let bytes: Uint8Array = valid.slice();
  for (const edit of edits) {
    const at = edit.at % Math.max(1, bytes.length);
    if (edit.kind === "byte" && bytes.length > 0) bytes[at] = edit.value;
    else if (edit.kind === "number")
      for (let i = 0; i < edit.width && at + i < bytes.length; i++)
        bytes[at + i] = Number((edit.value >> BigInt(8 * i)) & 255n);
    else if (edit.kind === "cut") bytes = bytes.slice(0, at);
    else if (edit.kind === "remove") bytes = joined(bytes.subarray(0, at), bytes.subarray(at + edit.length));
    else if (edit.kind === "double") bytes = joined(bytes.subarray(0, at + edit.length), bytes.subarray(at));
    else if (edit.kind === "insert") bytes = joined(bytes.subarray(0, at), edit.bytes, bytes.subarray(at));
  }
  return bytes;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
