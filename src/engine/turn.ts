/**
 * The next turn of the event loop: what waits (messages, timers, input, drawing) comes first. By a message to oneself, since browsers hold a
 * timer set from a timer back to 4 ms, and on hidden pages to 1 s; 10 µs.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
