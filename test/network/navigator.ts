/** A runtime with this in place of `navigator.gpu`, until a test ends. */
import { afterEach } from "@jest/globals";

const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");

export function withGpu(gpu: unknown): void {
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
}

afterEach(() => {
  if (own) Object.defineProperty(globalThis, "navigator", own);
  else Reflect.deleteProperty(globalThis, "navigator");
});
