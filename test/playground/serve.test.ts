import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";

const folder = mkdtempSync(join(tmpdir(), "liefield-served-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SCRIPT = "scripts/serve-playground.mjs";

test("the folder's files are served under their types, and nothing else", async () => {
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "a.wasm"), "");
  const child = spawn(process.execPath, [SCRIPT, folder, "0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const said = await new Promise<string>((resolve) => child.stdout.once("data", (bytes) => resolve(String(bytes))));
    const url = /http:\/\/localhost:\d+\//.exec(said)![0].replace("localhost", "127.0.0.1");
    const answer = async (path: string): Promise<[number, string | null]> => {
      const response = await fetch(`${url}${path}`);
      return [response.status, response.headers.get("content-type")];
    };
    expect(await answer("")).toEqual([200, "text/html; charset=utf-8"]);
    expect(await answer("a.wasm?x")).toEqual([200, "application/wasm"]);
    for (const path of ["none", "%2e%2e/package.json", "..%2fpackage.json"])
      expect([path, (await answer(path))[0]]).toEqual([path, 404]);
  } finally {
    child.kill();
  }
});

test.each([
  [[folder, "http"], /the port is http; pass a whole number/],
  [[join(folder, "none")], /holds no playground; build one/],
])("%j is refused in a line", (args, words) => {
  const run = (): string => execFileSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8", stdio: "pipe" });
  expect(run).toThrow(words);
});
