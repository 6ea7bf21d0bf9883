import { describe, expect, test } from "@jest/globals";
import { readTar } from "../../src/data/tar.js";

/** One entry with its checksum; `kind` "0" is an ordinary file. */
function entry(name: string, content: string, kind = "0", prefix = ""): Uint8Array {
  const body = new TextEncoder().encode(content);
  const out = new Uint8Array(512 + 512 * Math.ceil(body.length / 512));
  const put = (text: string, at: number): void => out.set(new TextEncoder().encode(text), at);
  put(name, 0);
  put("0000644\0", 100);
  put(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
  put("        ", 148);
  put(kind, 156);
  put("ustar\u000000", 257);
  put(prefix, 345);
  const sum = out.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  out.set(body, 512);
  return out;
}

const END = new Uint8Array(1024);

/** The bytes in pieces of a length that divides nothing. */
async function* pieces(parts: readonly Uint8Array[], length = 77): AsyncGenerator<Uint8Array> {
  const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
  for (let at = 0; at < whole.length; at += length) yield whole.subarray(at, at + length);
}

async function read(parts: readonly Uint8Array[], wanted: Record<string, number>): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const { name, bytes } of readTar(pieces(parts), new Map(Object.entries(wanted))))
    found.push([name, new TextDecoder().decode(bytes)]);
  return found;
}

describe("files of a tar archive", () => {
  test("are found among others, by whole names", async () => {
    const parts = [entry("package/x", "no"), entry("a", "first"), entry("b", "x".repeat(600), "0", "deep/er"), END];
    expect(await read(parts, { "deep/er/b": 600, a: 5 })).toEqual([
      ["a", "first"],
      ["deep/er/b", "x".repeat(600)],
    ]);
  });
  test("that climb out of their place are passed over as any other that nobody asked for", async () => {
    expect(
      await read([entry("../../etc/passwd", "evil"), entry("/a", "evil"), entry("a", "good"), END], { a: 4 }),
    ).toEqual([["a", "good"]]);
  });
  test("are ordinary ones: a link of the same name does not count", async () => {
    await expect(read([entry("a", "", "2"), END], { a: 0 })).rejects.toThrow("lacks a");
  });
  const twisted = entry("a", "1234");
  twisted[3] = 7;
  test.each<[string, Uint8Array[], string]>([
    ["missing", [entry("b", "1234"), END], "it lacks a"],
    ["of another size", [entry("a", "12345"), END], '"a" has 5 bytes where 4 are expected'],
    ["cut short", [entry("a", "1234").subarray(0, 514)], 'ends within "a"'],
    ["after one cut short", [entry("b", "1234").subarray(0, 514)], "ends within an entry"],
    ["with a damaged header", [twisted, END], "does not match its checksum"],
    ["in no archive", [new Uint8Array(512).fill(65)], 'a number reads "AAAA'],
    ["in nothing", [], "it lacks a"],
  ])("%s are an error that says so", async (_, parts, message) => {
    await expect(read(parts, { a: 4 })).rejects.toThrow(message);
  });
});
