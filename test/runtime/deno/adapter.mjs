/** What the adapter does in Deno, as JSON: values, or the name and message of what was thrown. The argument is an empty directory. */
import { denoAdapter } from "../../../dist/adapter/deno/adapter.js";

const adapter = denoAdapter();
const [directory] = Deno.args;
const at = (name) => `${directory}/${name}`;
const said = (work) =>
  work.then(
    (value) => value ?? "done",
    ({ name, message }) => `${name}: ${message}`,
  );
const list = (path) => Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
const out = { runtime: adapter.runtime, cores: adapter.cores };

Deno.writeTextFileSync(at("four"), "abcd");
out.read = [...(await adapter.readFile(at("four"), 4))];
out.tooLong = await said(adapter.readFile(at("four"), 3));
out.directory = await said(adapter.readFile(directory, 10));
out.device = await said(adapter.readFile("/dev/null", 10));
const source = await adapter.openRead(at("four"));
out.slices = [source.size, ...(await source.read(2, 2)), ...(await source.read(0, 3))];
out.beyond = await said(source.read(3, 2));
await source.close();
out.directorySource = await said(adapter.openRead(directory));
out.missing = await said(adapter.readFile(at("none"), 10));

Deno.mkdirSync(at("own"));
await adapter.writeAtomic(at("own/a"), "old");
await adapter.writeAtomic(at("own/a"), Uint8Array.of(110, 101, 119));
out.written = [Deno.readTextFileSync(at("own/a")), ...list(at("own"))];
const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
await Promise.all(texts.map((text) => adapter.writeAtomic(at("own/many"), text)));
out.many = [texts.includes(Deno.readTextFileSync(at("own/many"))), ...list(at("own"))];
out.overDirectory = await said(adapter.writeAtomic(at("own"), "x"));
Deno.mkdirSync(at("own/in"));
out.nowhere = await said(adapter.writeAtomic(at("none/a"), "x"));
out.left = list(at("own"));
Deno.chdir(at("own"));
await adapter.writeAtomic("relative", "here");
out.relative = new TextDecoder().decode(await adapter.readFile("relative", 10));

const before = adapter.now();
await new Promise((resolve) => setTimeout(resolve, 20));
out.passed = adapter.now() - before;

const dying = denoAdapter({ workerUrl: new URL("data:text/javascript,throw new Error('gone')") });
const worker = dying.spawnWorker({ module: null });
out.failure = await new Promise((resolve) => worker.onFailure(({ message }) => resolve(message)));
await worker.terminate();
console.log(JSON.stringify(out));
