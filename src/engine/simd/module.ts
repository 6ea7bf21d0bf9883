/** The kernels as a WebAssembly module: from where it comes to compiled and checked, with a sentence for each way that fails. */
import { InputError } from "../error.js";
import { exported } from "./exports.js";

/** What `fetch` answers, bytes, or what a bundler or runtime has compiled already. */
export type KernelSource = Response | BufferSource | WebAssembly.Module;

const FILE = '"liefield/kernels.wasm"';

/**
 * A module whose imports and exports are the kernels'. For runtimes and pages that do not take the package's own bytes:
 * `learn({ …, kernels: await kernelModule(fetch(url)) }, adapter)`.
 *
 * A response's type is not held against it as long as its bytes are a module: streaming, which alone needs `application/wasm`, gains
 * nothing on 56 kB. Throws InputError for a failed or mistyped response, bytes cut short or foreign, another module,
 * compilation that is blocked, no SIMD.
 */
export async function kernelModule(source: KernelSource | PromiseLike<KernelSource>): Promise<WebAssembly.Module> {
  const given = await Promise.resolve(source).catch((error: Error) => {
    throw new InputError(`the kernels did not come (${said(error)}); check the address of ${FILE}`);
  });
  if (tag(given) === "WebAssembly.Module") return checkModule(given as WebAssembly.Module);
  if (tag(given) === "Response") return checkModule(await ofResponse(given as Response));
  if (ArrayBuffer.isView(given) || tag(given) === "ArrayBuffer")
    return checkModule(await compiled(given as BufferSource));
  throw new InputError(
    `kernels are made from a Response, bytes or a WebAssembly.Module, but ${tag(given)} came; pass one of them, such as what fetch gives for ${FILE}`,
  );
}

/** Throws InputError unless the module wants and gives what the kernels do; returns it. */
export function checkModule(module: WebAssembly.Module): WebAssembly.Module {
  const wanted = WebAssembly.Module.imports(module);
  const foreign = wanted.filter(
    ({ module: from, name, kind }) => from !== "env" || (name === "memory" ? kind !== "memory" : name !== "abort"),
  );
  const fault =
    foreign.length > 0
      ? `it imports ${foreign.map(({ module: from, name, kind }) => `${from}.${name} (${kind})`).join(", ")}`
      : wanted.some(({ name }) => name === "memory")
        ? lacking(module)
        : "it imports no memory env.memory";
  if (fault === null) return module;
  throw new InputError(`this module is not the kernels: ${fault}; pass ${FILE} of this version of the package`);
}

function lacking(module: WebAssembly.Module): string | null {
  const kinds = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  const missing = Object.entries(exported).flatMap(([name, kind]) => (kinds.get(name) === kind ? [] : [name]));
  if (missing.length === 0) return null;
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : "";
  return `it does not export ${missing.slice(0, SHOWN).join(", ")}${more}`;
}

const SHOWN = 3;

async function ofResponse(response: Response): Promise<WebAssembly.Module> {
  const { ok, status, url, headers } = response;
  const at = url === "" ? "" : ` from ${url}`;
  if (!ok) throw new InputError(`the kernels did not come${at}: status ${status}; check the address of ${FILE}`);
  const bytes = await response.arrayBuffer().catch((error: Error) => {
    throw new InputError(`the kernels${at} broke off (${said(error)}); fetch them again, each response once`);
  });
  if (!isWasm(new Uint8Array(bytes))) {
    const type = headers.get("content-type") ?? "no type";
    throw new InputError(
      `${bytes.byteLength} bytes of ${type} came${at}, no WebAssembly module; serve ${FILE} there, as application/wasm`,
    );
  }
  return compiled(bytes);
}

/** Compiles bytes, or says why this runtime does not; `file` holds the same compiled already. */
export async function compiled(source: BufferSource, file = FILE): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === "undefined") throw new InputError(`this runtime has no WebAssembly; ${PLAIN}`);
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  if (!isWasm(bytes))
    throw new InputError(`${bytes.length} bytes that are no WebAssembly module came; pass those of ${FILE}`);
  if (!runs("simd")) throw new InputError(`this runtime runs no SIMD WebAssembly; ${PLAIN}`);
  if (!WebAssembly.validate(bytes)) throw new InputError(await whyInvalid(bytes));
  return WebAssembly.compile(bytes).catch((error: Error) => {
    // the bytes are valid: what is left is a policy
    throw new InputError(
      `this runtime lets no bytes be compiled to WebAssembly (${said(error)}); pass the compiled module of ${file} as kernels, or allow 'wasm-unsafe-eval' in the page's Content-Security-Policy`,
    );
  });
}

const PLAIN = 'only kernels "oracle", plain TypeScript, run here';

async function whyInvalid(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reason = await WebAssembly.compile(bytes).then(() => "refused by validate", said);
  const relaxed = runs("relaxed") ? "" : `, or use relaxed SIMD, which this runtime refuses`;
  return `${bytes.length} bytes are no valid WebAssembly module (${reason}): they are cut short or damaged${relaxed}; pass those of ${FILE}`;
}

/** Whether the runtime accepts modules of a kind. */
export const runs = (kind: "simd" | "relaxed"): boolean => WebAssembly.validate(Uint8Array.from(PROBES[kind]));

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]; // "\0asm", version 1
const VECTOR = [...HEADER, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0]; // one function () → v128
const PROBES = {
  simd: [...VECTOR, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 11], // i8x16.splat(0)
  relaxed: [...VECTOR, 10, 15, 1, 13, 0, 0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0xfd, 0x80, 2, 11], // and i8x16.relaxed_swizzle of two
} as const;

const isWasm = (bytes: Uint8Array): boolean => HEADER.every((byte, i) => bytes[i] === byte);
const said = ({ message }: Error): string => message.replace(/\s+/g, " ").slice(0, 160);
const tag = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1); // `instanceof` fails across realms
