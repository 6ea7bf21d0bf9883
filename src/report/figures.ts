/** What the report draws, computed: quiver slices of each field, and a held-out solution before and after its flow. */
import type { Chart } from "../data/chart.js";
import { COORDINATES, pixelsPerUnit } from "../data/plane.js";
import type { Trajectories } from "../data/trajectories.js";
import type { Thresholds } from "../reading/certificate.js";
import { type Carried, filmOf, type Picture, sheetOf } from "./film.js";
import { resampled } from "./resampled.js";
import type { GeneratorFigures, RunFigures } from "./run.js";
import { type Frame, planesOf, slice, type Value } from "./slices.js";

/** Of any task: fields as functions of physical points. */
export interface RunParts {
  readonly equation: string;
  readonly preserves?: string;
  readonly frame: Frame;
  readonly planes?: readonly (readonly [string, string])[]; // default: those that show each field best
  readonly fields: readonly DrawnField[]; // in the order of the record's generators
  readonly picture?: Picture | undefined; // images that fields of the plane move
  readonly held: Trajectories | null; // its first trajectory is shown; one component in one dimension
  readonly history: readonly ArrayLike<number>[]; // score of each field, in the order of `fields`, per step; empty where nothing was trained
  readonly limits: Partial<Thresholds>;
  readonly mathml?: RunFigures["mathml"];
  readonly command: string;
  readonly environment: RunFigures["environment"];
  readonly settings: RunFigures["settings"];
}

export interface DrawnField {
  readonly slot: number;
  readonly value: Value;
  /** Physical points of the held-out trajectory after the flow by `SHOWN`, [nt, nx, 3]. */
  readonly moved?: () => Float64Array;
  readonly carried?: Carried; // images: places of the plane
}

export const SHOWN = 0.2; // s of the "after" picture: large enough to see, small enough to stay on the field's ground

export function drawRun(parts: RunParts): RunFigures {
  const { frame, held, history, mathml, preserves, picture } = parts;
  const named = parts.planes?.map(([a, b]) => [frame.names.indexOf(a), frame.names.indexOf(b)] as const);
  return {
    equation: parts.equation,
    ...(preserves === undefined ? {} : { preserves }),
    command: parts.command,
    settings: parts.settings,
    environment: parts.environment,
    thresholds: Object.entries(parts.limits) as [string, number][],
    loss: history.length === 0 ? null : lossOf(parts),
    solution: held && {
      x: [...held.x],
      t: [...held.t],
      u: rows(held.u.subarray(0, held.nt * held.components * held.nx), held.components * held.nx, held.nx),
    },
    ...(picture && { mean: sheetOf(picture.mean) }),
    generators: parts.fields.map(({ slot, value, moved, carried }): GeneratorFigures => {
      if (picture)
        return {
          ...{ slot, slices: [pictured(value, picture)], moved: null },
          ...(carried && { film: filmOf(picture, carried) }),
        };
      const planes = named ?? planesOf(value, frame);
      return {
        slot,
        slices: planes.map((pair) => slice(value, frame, pair)),
        moved: held && moved ? { s: SHOWN, u: rows(resampled(moved(), held), held.nx, held.nx) } : null,
      };
    }),
    ...(mathml === undefined ? {} : { mathml }),
  };
}

const ARROWS = 14; // along the longer edge of an image

/** Arrows over a whole image. */
function pictured(value: Value, { mean }: Picture): GeneratorFigures["slices"][number] {
  const hi = [mean.width, mean.height].map((edge) => edge / 2 / pixelsPerUnit(mean));
  const count = hi.map((edge) => Math.max(3, Math.round(ARROWS * edge))) as [number, number];
  return slice(value, { names: COORDINATES, lo: hi.map((z) => -z), hi, at: [0, 0], unit: [1, 1] }, [0, 1], ...count);
}

const lossOf = ({ history, fields }: RunParts): RunFigures["loss"] => ({
  step: history.map((_, i) => i + 1),
  slots: fields.map((_, b) => history.map((scores) => scores[b]!)),
});

/** The region that trajectories of one space dimension cover: x by its period, t and each component by their extent. */
export function frameOf(data: Trajectories, chart: Chart): Frame {
  const { x, t, length, u, nx, components } = data;
  const lo = [x[0]!, t[0]!];
  const hi = [x[0]! + length, t.at(-1)!];
  const at = [x[0]! + length / 2, (t[0]! + t.at(-1)!) / 2];
  for (let c = 0; c < components; c++) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = c * nx; row < u.length; row += components * nx)
      for (let i = row; i < row + nx; i++) {
        least = Math.min(least, u[i]!);
        most = Math.max(most, u[i]!);
      }
    lo.push(least);
    hi.push(most);
    at.push(chart.offset[2 + c]!);
  }
  return { names: chart.names, lo, hi, at, unit: chart.scale };
}

/** The first `width` of every `stride` values as rows. */
const rows = (flat: Float64Array, stride: number, width: number): number[][] =>
  Array.from({ length: flat.length / stride }, (_, j) => [...flat.subarray(j * stride, j * stride + width)]);
