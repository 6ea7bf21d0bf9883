/** Imports every built module given as an argument and prints, as JSON, what importing did to the process: nothing is expected. */
import { runInNewContext } from "node:vm";

const language = new Set(runInNewContext("Object.getOwnPropertyNames(globalThis)")); // what ECMAScript itself has; all else a runtime lends
const faults = [];

/** Who of the package's modules asks, by the stack; null for Node's own and other packages' modules. */
const asker = () => new Error().stack.match(/\/dist\/([\w/.-]+\.js):/)?.[1] ?? null;

for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (language.has(name) || name === "globalThis") continue;
  const own = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!own.configurable) continue;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: own.enumerable,
    get() {
      const module = asker();
      if (module) faults.push(`${module} reads ${name}`);
      return own.get ? own.get.call(globalThis) : own.value;
    },
    set(value) {
      const module = asker();
      if (module) faults.push(`${module} writes ${name}`);
      if (own.set) own.set.call(globalThis, value);
      else own.value = value;
    },
  });
}

/** Everything that hangs on the language's own objects and their prototypes, and the names of all globals. */
function shapes() {
  const seen = new Map(Object.getOwnPropertyNames(globalThis).map((name) => [`globalThis.${name}`, null]));
  for (const name of language) {
    if (name === "globalThis") continue;
    const value = globalThis[name];
    for (const [path, of] of Object.entries({ [name]: value, [`${name}.prototype`]: value?.prototype })) {
      if (of === null || !["object", "function"].includes(typeof of)) continue;
      for (const key of Reflect.ownKeys(of)) {
        const { value: held, get } = Object.getOwnPropertyDescriptor(of, key);
        seen.set(`${path}.${String(key)}`, held ?? get);
      }
    }
  }
  return seen;
}

await import("@tensorflow/tfjs-core"); // what other packages do is theirs
faults.length = 0;
const before = shapes();
for (const module of process.argv.slice(2)) await import(module);
const after = shapes();
for (const [path, value] of after)
  if (!before.has(path) || !Object.is(before.get(path), value)) faults.push(`${path} is new or changed`);
for (const path of before.keys()) if (!after.has(path)) faults.push(`${path} is gone`);
const timers = process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate|Worker|MessagePort/.test(kind));
console.log(JSON.stringify([...faults, ...timers.map((kind) => `a ${kind} is left open`)]));
