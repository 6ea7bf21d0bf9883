import { describe, expect, test } from "@jest/globals";
import { nextTurn } from "../../src/engine/turn.js";

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
    const start = performance.now();
    for (let i = 0; i < 100; i++) await nextTurn();
    expect((performance.now() - start) / 100).toBeLessThan(4);
  });
});
