/** The terminal as commands see it: two streams and the interrupt key. */
import type { Writable } from "node:stream";

export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly color: boolean; // whether stdout takes colours
  /** Calls the listener when the user interrupts or the system asks to end; returns how to stop listening. */
  onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}

/** The process's own. A second interrupt ends it at once. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error; // the reader went away, which is its right
    });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    onInterrupt(listener) {
      let before = false;
      const heard = (signal: "SIGINT" | "SIGTERM"): void => {
        if (before) process.exit(signal === "SIGTERM" ? 143 : 130);
        before = true;
        listener(signal);
      };
      const signals = ["SIGINT", "SIGTERM"] as const;
      for (const signal of signals) process.on(signal, heard);
      return () => {
        for (const signal of signals) process.off(signal, heard);
      };
    },
  };
}
