/** How soon the page answers while it learns: from an input's time stamp to after the frame that follows it. */
import type { Page } from "playwright-core";
import { phase, set } from "./suite.js";

export interface Smoothness {
  readonly answers: readonly number[]; // ms, sorted, one per input
  readonly tasks: readonly number[]; // ms, of long tasks of the page's main thread
  readonly idle: readonly number[]; // answers to the same inputs once learning has been cancelled: what the machine allows
}

interface Probe {
  readonly answers: number[];
  readonly tasks: number[];
}

/** Answers and long tasks are noted from now on. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const own = window as unknown as { probe?: Probe };
    const probed = own.probe !== undefined;
    own.probe = { answers: [], tasks: [] };
    if (probed) return;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) own.probe!.tasks.push(duration);
    }).observe({ type: "longtask" });
    for (const type of ["pointerdown", "keydown", "input"])
      addEventListener(
        type,
        (event) => {
          const marked = event as Event & { readonly inputType?: string };
          if (type === "input" && marked.inputType !== undefined) return; // typing: its key was counted
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel(); // heard after the frame is painted
            port1.onmessage = () => own.probe!.answers.push(performance.now() - event.timeStamp);
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
  const learning = await answered(page, count);
  if ((await phase(page)) !== "learning") throw new Error("learning was over before the inputs were");
  await page.click("#cancel");
  await page.waitForTimeout(500);
  const idle = await answered(page, Math.min(count, IDLE));
  return { ...learning, idle: idle.answers };
}

const IDLE = 40; // inputs that tell what the machine allows

async function answered(page: Page, count: number): Promise<Omit<Smoothness, "idle">> {
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
  if (answers.length < count) throw new Error(`${answers.length} of ${count} inputs were answered`);
  return { answers: [...answers].sort((a, b) => a - b), tasks };
}

/** 95 % within 50 ms, none above 200, no task of the page above 50. */
const BOUNDS = { most: 50, all: 200, task: 50 };

function missed({ answers, tasks }: Smoothness): string[] {
  const [most, all, longest] = [quantile(answers, 0.95), quantile(answers, 1), Math.max(0, ...tasks)];
  return [
    most > BOUNDS.most && `95 % of the inputs were answered within ${most} ms, not ${BOUNDS.most}`,
    all > BOUNDS.all && `all inputs were answered within ${all} ms, not ${BOUNDS.all}`,
    longest > BOUNDS.task && `a task of the page took ${longest} ms, more than ${BOUNDS.task}`,
  ].filter((miss) => miss !== false);
}

/** Two frames: a page that does nothing answers within one and its painting. Where it takes longer others have the processors. */
const IDLE_LATE = 33; // ms

const ATTEMPTS = 3; // machines are shared: a page that is late every time is slow

/**
 * What the best of a few attempts misses. Unless `strict`, attempts on a machine too busy to tell miss nothing: there the page is held to its
 * processor time alone (`processor.ts`).
 */
export async function missedAtBest(once: () => Promise<Smoothness>, strict: boolean): Promise<string[]> {
  let misses: string[] | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await once();
    const { answers, tasks, idle } = found;
    const at = (of: readonly number[], share: number): number => Math.round(quantile(of, share));
    console.info(
      `${answers.length} inputs: median ${at(answers, 0.5)}, 95 % within ${at(answers, 0.95)}, all within ${at(answers, 1)} ms; long tasks: ${tasks.map(Math.round).join(", ") || "none"}; idle: 95 % within ${at(idle, 0.95)}, all within ${at(idle, 1)} ms`,
    );
    if (!strict && quantile(idle, 0.95) > IDLE_LATE) continue; // too busy to tell: once more
    const own = missed(found);
    if (misses === null || own.length < misses.length) misses = own;
    if (misses.length === 0) break;
  }
  return misses ?? [];
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
