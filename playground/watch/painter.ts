/**
 * Drawing in turns: what is asked for is drawn before the next frame, one figure a frame, each at most so often, so that no task is long
 * and what the user does comes in between.
 */
export interface Painter {
  /** Marks a figure as out of date; drawn soon, the newest wish only. */
  ask(name: string, draw: () => void): void;
  forget(): void;
}

export function openPainter(every: number): Painter {
  const wishes = new Map<string, () => void>();
  const last = new Map<string, number>();
  let pending = false;

  function schedule(): void {
    if (pending) return;
    pending = true;
    requestAnimationFrame(turn);
  }
  function turn(now: number): void {
    pending = false;
    for (const [name, draw] of wishes) {
      if (now - (last.get(name) ?? Number.NEGATIVE_INFINITY) < every) continue;
      wishes.delete(name);
      last.set(name, now);
      draw();
      break;
    }
    if (wishes.size > 0) schedule();
  }
  return {
    ask(name, draw) {
      wishes.delete(name); // and to the end of the queue
      wishes.set(name, draw);
      schedule();
    },
    forget: () => wishes.clear(),
  };
}
