/** How soon the page answers while it learns: from an input's time stamp to after the frame that follows it. */
import type { Page } from "playwright-core";
import { set } from "./suite.js";

export interface Smoothness {
  readonly answers: readonly number[]; // ms, sorted, one per input
  readonly tasks: readonly number[]; // ms, of long tasks of the page's main thread
}

interface Probe {
  readonly answers: number[];
  readonly tasks: number[];
}

/** Answers and long tasks are noted from now on. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const probe: Probe = { answers: [], tasks: [] };
    (window as unknown as { probe: Probe }).probe = probe;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) probe.tasks.push(duration);
    }).observe({ type: "longtask" });
    for (const type of ["pointerdown", "keydown", "input"])
      addEventListener(
        type,
        (event) => {
          const marked = event as Event & { readonly inputType?: string };
          if (type === "input" && marked.inputType !== undefined) return; // typing: its key was counted
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel(); // heard after the frame is painted
            port1.onmessage = () => probe.answers.push(performance.now() - event.timeStamp);
            port2.postMessage(null);
          });
        },
        { capture: true },
      );
  });

/** Learns with the network and meanwhile gives `count` inputs: clicks, keys and sliders; then cancels. */
export async function smoothness(page: Page, count: number): Promise<Smoothness> {
  await set(page, { steps: "5000", trajectories: "4" });
  await page.click("#learn");
  await page.waitForSelector('[data-part="slots"] label');
  await page.waitForTimeout(500);
  await watch(page);
  const inputs = [
    (i: number) => page.click(`[data-part="slots"] label:nth-of-type(${1 + (i % 4)})`),
    (i: number) => page.click(`[data-part="planes"] label:nth-of-type(${1 + (i % 3)})`),
    async (i: number) => {
      await page.focus("#equation");
      await page.keyboard.press(i % 2 === 0 ? "Space" : "Backspace");
    },
    async (i: number) => {
      await page.focus("#option-trajectories");
      await page.keyboard.press(i % 2 === 0 ? "ArrowUp" : "ArrowDown");
    },
    async (i: number) => {
      await page.focus('[data-part="slots"] input:checked');
      await page.keyboard.press(i % 2 === 0 ? "ArrowRight" : "ArrowLeft");
    },
  ];
  for (let i = 0; i < count; i++) await inputs[i % inputs.length]!(Math.floor(i / inputs.length));
  await page.waitForTimeout(300);
  const { answers, tasks } = await page.evaluate(() => (window as unknown as { probe: Probe }).probe);
  const learning = await page.evaluate(() => document.body.dataset.phase === "learning");
  if (!learning || answers.length < count)
    throw new Error(`${answers.length} of ${count} inputs were answered while learning`);
  await page.click("#cancel");
  return { answers: [...answers].sort((a, b) => a - b), tasks };
}

const ATTEMPTS = 3; // machines are shared: a page that is late every time is slow

/** The first attempt within the bounds, or the last one. Bounds: 95 % within 50 ms, none above 200, no task above 50. */
export async function best(once: () => Promise<Smoothness>): Promise<Smoothness> {
  let found = await once();
  for (let attempt = 1; attempt < ATTEMPTS && !within(found); attempt++) found = await once();
  const { answers, tasks } = found;
  const at = (share: number): number => Math.round(quantile(answers, share));
  console.info(
    `${answers.length} inputs: median ${at(0.5)}, 95 % within ${at(0.95)}, all within ${at(1)} ms; long tasks: ${tasks.map(Math.round).join(", ") || "none"}`,
  );
  return found;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;

export const share95 = ({ answers }: Smoothness): number => quantile(answers, 0.95);

const within = (found: Smoothness): boolean =>
  share95(found) <= 50 && found.answers.at(-1)! <= 200 && found.tasks.length === 0;
