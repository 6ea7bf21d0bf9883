import { describe, expect, test } from "@jest/globals";
import { type Frame, planesOf, slice } from "../../src/report/slices.js";

const frame = (names: readonly string[], lo: number[], hi: number[]): Frame => ({
  names,
  lo,
  hi,
  at: lo.map((v, c) => (v + hi[c]!) / 2),
  unit: lo.map((v, c) => hi[c]! - v),
});

const value = (dim: number, at: (z: readonly number[]) => readonly number[]) => (points: Float64Array) => {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += dim) out.set(at([...points.subarray(i, i + dim)]), i);
  return out;
};

const space = frame(["x", "y", "z", "w"], [-1, -1, -1, -1], [1, 1, 1, 1]);

describe("the planes that show a field", () => {
  test.each<[string, (z: readonly number[]) => readonly number[], string[]]>([
    ["a rotation in its own plane", ([, , z, w]) => [0, 0, -w!, z!], ["z w"]],
    ["one shift in the first plane that has it", () => [0, 1, 0, 0], ["x y"]],
    ["two rotations in both planes", ([x, y, z, w]) => [-y!, x!, -w!, z!], ["x y", "z w"]],
    ["what only rounding moves not at all", ([, , z, w]) => [1e-9, 0, -w!, z!], ["z w"]],
    ["a component in the plane with what it depends on", ([, , , w]) => [w!, 0, 0, 0], ["x w"]],
  ])("%s", (_, at, planes) => {
    expect(planesOf(value(4, at), space).map(([a, b]) => `${space.names[a]} ${space.names[b]}`)).toEqual(planes);
  });
  test("are none where there is but one coordinate", () => {
    expect(
      planesOf(
        value(1, () => [1]),
        frame(["x"], [0], [1]),
      ),
    ).toEqual([]);
  });
});

test("arrows stand at their points, in units, with the other coordinates held where the frame says", () => {
  const seen: number[] = [];
  const box = frame(["x", "t", "u"], [0, 10, -4], [8, 20, 4]);
  const drawn = slice(
    value(3, ([x, t, u]) => {
      seen.push(t!);
      return [x!, t!, 2 * u!];
    }),
    box,
    [2, 0],
    4,
    2,
  );
  expect(new Set(seen)).toEqual(new Set([15]));
  expect(drawn.across).toEqual(["u", "x"]);
  expect(drawn.at).toBe("t = 15.0");
  expect(drawn.unit).toEqual([8, 8]);
  expect(drawn.arrows.length).toBe(8);
  expect(drawn.arrows[0]).toEqual([-3, 2, -6 / 8, 2 / 8]);
});
