/** The worker that keeps what was learned, as the page sees it. */
import { errorNamed } from "../../src/engine/error.js";
import type { Answer, Answers, Request } from "./protocol.js";

export interface Keeper {
  ask<K extends Request["kind"]>(
    request: Extract<Request, { kind: K }>,
    transfer?: Transferable[],
  ): Promise<Answers[K]>;
  /** Ends whatever it is at; what it kept is gone, and what was asked is answered by the reason. */
  stop(reason: Error): void;
}

/** Started when it is first asked. */
export function openKeeper(): Keeper {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let worker: Worker | null = null;
  let next = 0;

  function stop(reason: Error): void {
    worker?.terminate();
    worker = null;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  function started(): Worker {
    const own = new Worker(new URL("./keeper.js", import.meta.url), { type: "module" });
    own.onmessage = ({ data }: MessageEvent<Answer>) => {
      const { resolve, reject } = waiting.get(data.id)!;
      waiting.delete(data.id);
      if ("value" in data) resolve(data.value as never);
      else reject(errorNamed(data.name, data.message) ?? new Error(data.message));
    };
    own.onerror = (event) => {
      event.preventDefault();
      stop(new Error(event.message || "keeper.js did not load; serve it beside this page"));
    };
    return own;
  }
  return {
    stop,
    ask: (request, transfer = []) =>
      new Promise((resolve, reject) => {
        worker ??= started();
        const id = next++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, request }, { transfer });
      }),
  };
}
