/** The slots' scores, step by step, while they are trained. */
import { type Curve, chart } from "../../src/report/chart.js";
import type { Markup } from "../../src/report/markup.js";

const MOST = 160; // stretches; of each its lowest and highest score are drawn

/** Histories that grow by rows [K] of natural logs and thin themselves out, so that drawing costs the same at any length. */
export class Scores {
  private readonly rows: Float64Array[] = [];

  add(rows: readonly Float64Array[]): void {
    this.rows.push(...rows);
  }

  /** The newest row; null before the first. */
  get last(): Float64Array | null {
    return this.rows.at(-1) ?? null;
  }

  picture(): Markup | null {
    const slots = this.last?.length ?? 0;
    const curves = Array.from({ length: slots }, (_, b): Curve => {
      const points = this.thinned(b);
      return { slot: b + 1, label: String(b + 1), points, marks: false };
    });
    const named = ["training step", "score (lower is nearer)"] as const;
    return chart(curves, named, `Scores of ${slots} slots over ${this.rows.length} training steps, logarithmic`);
  }

  private thinned(slot: number): (readonly [number, number])[] {
    const { rows } = this;
    const stretch = Math.ceil(rows.length / MOST);
    const points: (readonly [number, number])[] = [];
    for (let first = 0; first < rows.length; first += stretch) {
      let [low, high] = [first, first];
      for (let i = first; i < Math.min(first + stretch, rows.length); i++) {
        if (rows[i]![slot]! < rows[low]![slot]!) low = i;
        if (rows[i]![slot]! > rows[high]![slot]!) high = i;
      }
      for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)])
        points.push([i + 1, Math.exp(rows[i]![slot]!)]);
    }
    return points;
  }
}
