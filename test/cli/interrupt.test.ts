import { describe, expect, test } from "@jest/globals";
import { type Work, work } from "../../src/cli/work.js";
import type { Progress } from "../../src/learn.js";
import { inFreshDirectory, liefield } from "./terminal.js";

/** Runs the work itself, interrupted at the first progress of a stage that is at least so far, and expects it to give up. */
async function interrupted(line: string, stage: Progress["stage"], from: number): Promise<void> {
  let interrupt = (): void => {};
  let struck = false;
  const watch = <T>(hooks: { progress: (event: Progress) => void } & T): T => ({
    ...hooks,
    progress(event: Progress) {
      if (struck) later++;
      if (!struck && event.stage === stage && event.done >= from * event.of) {
        struck = true;
        interrupt();
      }
      hooks.progress(event);
    },
  });
  let finished = false;
  let later = 0; // events after the interrupt
  const whether = async <T>(made: Promise<T>): Promise<T> => {
    const result = await made;
    finished = true;
    return result;
  };
  const watched: Partial<Work> = {
    ...work,
    learn: (options, adapter, hooks) => whether(work.learn(options, adapter, watch(hooks))),
    simulate: (options, adapter, hooks) => whether(work.simulate(options, adapter, watch(hooks))),
  };
  const files = await inFreshDirectory(async () => {
    const { code, out, err } = await liefield([...line.split(" "), "--workers", "1"], {
      interrupter: (how) => {
        interrupt = how;
      },
      work: watched,
    });
    expect([struck, finished, later, code, out]).toEqual([true, false, 0, 130, ""]);
    expect(err).toMatch(/liefield: interrupted; nothing was written\n$/);
  });
  expect(files).toEqual([]);
}

describe("Ctrl-C stops", () => {
  test.each<[string, string, Progress["stage"], number]>([
    ["simulation", "simulate kdv --trajectories 40 --time 20", "data", 0],
    ["simulation of a text", "simulate pde --equation u_t=u_xx --trajectories 40 --time 1 --outputs 24", "data", 0],
    ["the library learner's data", "learn kdv --method library --trajectories 40 --time 20", "data", 0],
    ["the library learner", "learn kdv --method library --trajectories 2 --time 10", "learn", 0],
    ["the library learner in two dimensions", "learn wave-2d --method library --nx 32 --trajectories 2", "learn", 0],
    ["certification", "learn kdv --method library --trajectories 4 --time 20", "certify", 0],
    ["certification without flows", "learn wave-2d --method library --nx 32 --trajectories 2", "learn", 1],
    ["a function's library", "learn function --function x^2+y^2+z^2 --method library", "learn", 0],
  ])("%s", async (_, line, stage, from) => {
    await interrupted(line, stage, from);
  });
});
