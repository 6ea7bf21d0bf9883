/**
 * The plane of an image: (0, 0) in its middle, x to the right, y down as rows go, the longer edge from −1 to 1; so a turn is a turn whatever
 * the shape.
 */
import type { Chart } from "./chart.js";

export interface Plane {
  readonly height: number;
  readonly width: number;
}

export const COORDINATES = ["x", "y"] as const;

/** Pixels that one unit of either coordinate spans. */
export const pixelsPerUnit = ({ height, width }: Plane): number => Math.max(height, width) / 2;

/** The middle of every pixel, [height · width, 2], by row. */
export function pixelPlaces(plane: Plane): Float64Array {
  const { height, width } = plane;
  const unit = pixelsPerUnit(plane);
  const out = new Float64Array(2 * height * width);
  for (let i = 0, at = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      out[at++] = (j - (width - 1) / 2) / unit;
      out[at++] = (i - (height - 1) / 2) / unit;
    }
  return out;
}

/** Points [n, 2] of the plane → pixels as the warp counts them. */
export function toPixels(plane: Plane, points: Float64Array): Float64Array {
  const unit = pixelsPerUnit(plane);
  const middle = [(plane.width - 1) / 2, (plane.height - 1) / 2];
  return points.map((z, i) => z * unit + middle[i % 2]!);
}

/** Lengths are measured in the plane's own unit. */
export const planeChart = (): Chart => ({
  names: COORDINATES,
  offset: new Float64Array(2),
  scale: new Float64Array(2).fill(1),
});
