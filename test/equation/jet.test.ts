import { expect, test } from "@jest/globals";
import { jetName, readJet } from "../../src/equation/jet.js";
import { fc } from "../property.js";

const components = ["u", "v2"];
const times = fc.integer({ min: 0, max: 4 });

test("a jet variable is read back from its name, whatever the order of its letters", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1 }),
      times,
      times,
      times,
      fc.infiniteStream(fc.nat()),
      (component, x, y, t, ranks) => {
        const jet = { component, x, y, t };
        const name = jetName(components, jet);
        expect(readJet(components, name)).toEqual(jet);
        const [head, letters = ""] = name.split("_");
        const shuffled = [...letters]
          .map((letter) => ({ letter, rank: ranks.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ letter }) => letter);
        expect(readJet(components, letters ? `${head}_${shuffled.join("")}` : name)).toEqual(jet);
      },
    ),
  );
});

test.each(["u_", "u_xz", "w", "w_x", "v", "x", "_x", "u__x", "u_x_x", "", "U", "constructor"])(
  "%p is no jet variable",
  (name) => {
    expect(readJet(components, name)).toBeNull();
  },
);

test("letters come in the order x, y, t", () => {
  expect(jetName(components, { component: 1, x: 2, y: 1, t: 1 })).toBe("v2_xxyt");
  expect(jetName(components, { component: 0, x: 0, y: 0, t: 0 })).toBe("u");
});
