/** CRC-32 (ISO 3309, as in ZIP and PNG): finds what copying damages, not what somebody changes on purpose. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** About 2 ns a byte. */
export function crc32(bytes: Uint8Array): number {
  const sum = new Checksum();
  sum.add(bytes);
  return sum.value;
}

/** A checksum of bytes that come in pieces. */
export class Checksum {
  private state = 0xffffffff;

  add(bytes: Uint8Array): void {
    let c = this.state;
    for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
    this.state = c;
  }

  get value(): number {
    return ~this.state >>> 0;
  }
}

/**
 * The checksum of A followed by B from theirs and B's length: CRCs are linear, so A's is carried through B's length of zeros by repeated
 * squaring of that map. Source: zlib's `crc32_combine`.
 */
export function joinedChecksum(a: number, b: number, lengthB: number): number {
  let map: Uint32Array = Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? 0xedb88320 : 2 ** (bit - 1))); // one zero bit
  for (let i = 0; i < 3; i++) map = squared(map); // one zero byte
  let carried = a;
  for (let rest = lengthB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) carried = applied(map, carried);
    map = squared(map);
  }
  return (carried ^ b) >>> 0;
}

/** A linear map over bits, given by the images of each, applied to a vector of 32. */
function applied(map: Uint32Array, vector: number): number {
  let out = 0;
  for (let bit = 0, rest = vector >>> 0; rest !== 0; bit++, rest >>>= 1) if (rest & 1) out ^= map[bit]!;
  return out >>> 0;
}

const squared = (map: Uint32Array): Uint32Array => map.map((image) => applied(map, image));
