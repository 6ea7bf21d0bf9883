import { describe, expect, test } from "@jest/globals";
import { nextTurn } from "../../src/engine/turn.js";
import { least, milliseconds } from "../patience.js";

describe("the next turn of the event loop", () => {
  test("lets timers and messages that wait come first", async () => {
    const came: string[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => came.push("message");
    port2.postMessage(null);
    setTimeout(() => came.push("timer"), 1);
    for (const end = performance.now() + 20; performance.now() < end; ) await nextTurn();
    port1.close();
    expect(came.sort()).toEqual(["message", "timer"]);
  });
  test("comes sooner than a timer's least wait in a browser, 4 ms", async () => {
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 100; i++) await nextTurn();
    };
    expect(await least(400, () => milliseconds(turns))).toBeLessThan(400);
  });
});
