import { expect, test } from "@jest/globals";
import { unzlibSync } from "fflate";
import { cellExtent, cells, colourRange } from "../../src/report/heatmap.js";
import { escaped, html } from "../../src/report/markup.js";
import { given, listing, numeral, percent, power } from "../../src/report/numeral.js";
import { PAGE_COLOURS, SLOT_COLOURS, slotClass, slotMark, viridis } from "../../src/report/palette.js";
import { pngAddress } from "../../src/report/png.js";
import { drawnFor, plane, quiver, still } from "../../src/report/quiver.js";
import { linear, logarithmic, roundDown } from "../../src/report/scale.js";
import { contrast } from "./contrast.js";

test("numbers keep two digits that mean something, and none is a dash", () => {
  const shown = [2.13e-5, 0.00153, 0.4096, 1.96, 23.4, 263, 12345, 0, -0.4, 0.0996].map((v) => numeral(v));
  expect(shown).toEqual(["2.1e-5", "0.0015", "0.41", "2.0", "23", "260", "1.2e4", "0", "−0.40", "0.10"]);
  expect([
    numeral(Number.NaN),
    numeral(null),
    numeral(undefined),
    numeral(-1 / 0),
    given(null),
    percent(Number.NaN),
  ]).toEqual(Array(6).fill("—"));
  expect([percent(0), percent(0.0731), percent(1), percent(4e-4)]).toEqual(["0 %", "7.3 %", "100 %", "< 0.1 %"]);
  expect([given(-0.4), given(0.1 + 0.2), power(-13), power(0), listing(["1"]), listing(["1", "2", "3"])]).toEqual([
    "−0.4",
    "0.3",
    "10⁻¹³",
    "1",
    "1",
    "1, 2 and 3",
  ]);
});

test("the template escapes strings at any depth and leaves markup alone", () => {
  expect(html`<p title="${'"<'}">${["a&b", [html`<b>${"<i>"}</b>`]]}${false}${null}${0}</p>`.text).toBe(
    '<p title="&quot;&lt;">a&amp;b<b>&lt;i&gt;</b>0</p>',
  );
  expect(escaped("\u0000\u202e\ud800é\n😀")).toBe("\ufffd\ufffd\ufffdé\n😀");
});

test.each([
  [-64, 64],
  [44, 100],
  [0, 1e-3],
  [-0.4, 0.4],
  [0, 3e6],
  [5, 5],
])("linear ticks on [%d, %d] are round, inside and four to eight", (lo, hi) => {
  const scale = linear([lo, hi], [0, 100]);
  const values = scale.ticks.map((t) => t.value);
  expect(values.length).toBeGreaterThanOrEqual(4);
  expect(values.length).toBeLessThanOrEqual(8);
  expect(new Set(scale.ticks.map((t) => t.label)).size).toBe(values.length);
  const margin = 1e-9 * (scale.domain[1] - scale.domain[0]);
  for (const tick of scale.ticks) {
    expect(tick.value).toBeGreaterThanOrEqual(scale.domain[0] - margin);
    expect(tick.value).toBeLessThanOrEqual(scale.domain[1] + margin);
    expect(Number(tick.label.replace("−", "-"))).toBeCloseTo(tick.value, 9);
  }
});

test("logarithmic ticks are powers of ten, thinned over many decades, with 1, 2, 5 within one", () => {
  expect(logarithmic([1e-3, 0.5], [0, 1]).ticks.map((t) => t.label)).toEqual(["10⁻³", "10⁻²", "10⁻¹"]);
  expect(logarithmic([1e-12, 1], [0, 1]).ticks.length).toBeLessThanOrEqual(8);
  expect(logarithmic([0.15, 0.6], [0, 1]).ticks.map((t) => t.label)).toEqual(["0.2", "0.5"]);
  const scale = logarithmic([1e-4, 1], [200, 0]);
  expect(scale(1e-2)).toBeCloseTo(100, 9); // the geometric middle is the middle
});

test("roundDown never exceeds its argument and loses at most a third", () => {
  for (let v = 1e-6; v < 1e6; v *= 1.37) {
    expect(roundDown(v)).toBeLessThanOrEqual(v * (1 + 1e-9)); // rounding of the product
    expect(roundDown(v)).toBeGreaterThan(v / 1.51);
  }
});

/** Chunks of a PNG address by name. */
function chunks(address: string): Map<string, Uint8Array> {
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const found = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length; ) {
    const size = view.getUint32(at);
    found.set(String.fromCharCode(...bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, at + 12 + size)); // data, then its checksum
    at += 12 + size;
  }
  return found;
}

test("a PNG holds its rows from the top, its palette, and the end chunk that every PNG ends with", () => {
  const address = pngAddress(Uint8Array.of(0, 1, 2, 2, 1, 0), 3, 2, Uint8Array.of(10, 20, 30, 40, 50, 60));
  const found = chunks(address);
  expect([...unzlibSync(found.get("IDAT")!.slice(0, -4))]).toEqual([0, 0, 1, 2, 0, 2, 1, 0]);
  expect([...found.get("PLTE")!.slice(0, 6)]).toEqual([10, 20, 30, 40, 50, 60]);
  expect([...found.get("tRNS")!.slice(0, 3)]).toEqual([255, 255, 0]);
  expect([...found.get("IEND")!]).toEqual([0xae, 0x42, 0x60, 0x82]); // CRC-32 of "IEND", the same in every PNG file
});

test("a heat map puts the first time at the bottom, clamps at the ends of its scale and leaves holes transparent", () => {
  const rows = [
    [0, 1],
    [Number.NaN, 9],
  ];
  const image = [
    ...unzlibSync(
      chunks(cells(rows, [0, 1]))
        .get("IDAT")!
        .slice(0, -4),
    ),
  ];
  expect(image).toEqual([0, 255, 254, 0, 0, 254]);
});

test("a fine grid is averaged over its cells, holes apart", () => {
  const rows = [Array.from({ length: 512 }, (_, i) => (i % 2 === 0 ? 0 : i < 256 ? 1 : Number.NaN))];
  const image = unzlibSync(
    chunks(cells(rows, [0, 1]))
      .get("IDAT")!
      .slice(0, -4),
  );
  expect(image.length).toBe(257);
  expect([image[1], image[256]]).toEqual([127, 0]);
});

test("the colour scale spans all maps, and single spikes do not stretch it", () => {
  const ramp = Array.from({ length: 1000 }, (_, i) => i / 999);
  expect(colourRange([[ramp], [[2, null as unknown as number]]])[1]).toBeCloseTo(0.995, 2);
  expect(colourRange([[ramp], [ramp.map((v) => v + 1)]])).toEqual([0, 2]);
  expect(colourRange([[[Number.NaN]]])).toEqual([0, 1]);
  expect(cellExtent([0, 1, 2])).toEqual([-0.5, 2.5]);
});

test("viridis runs from its published first to its published last colour", () => {
  const colours = viridis(255);
  expect([...colours.slice(0, 3)]).toEqual([0x44, 0x01, 0x54]);
  expect([...colours.slice(-3)]).toEqual([0xfd, 0xe7, 0x25]);
});

const lattice = (f: (a: number, b: number) => [number, number]) =>
  Array.from({ length: 100 }, (_, i) => [i % 10, Math.floor(i / 10), ...f(i % 10, Math.floor(i / 10))] as const);

test("an arrow is the move for the s it is drawn for, to the scale of both axes, about its point", () => {
  const p = plane({ across: ["x", "t"], at: "u = 0", unit: [4, 0.5], arrows: lattice(() => [1, -2]) });
  const [px, py, dx, dy] = p.arrows[0]!;
  expect([dx, dy]).toEqual([expect.closeTo(p.x(4) - p.x(0), 9), expect.closeTo(p.y(-1) - p.y(0), 9)]); // moves x by 4, t by −1 per unit s
  const s = drawnFor([p])[0]!;
  expect(Math.hypot(s * dx, s * dy)).toBeLessThanOrEqual(p.spacing);
  const [x, y] = /class="arrows" d="M([\d.]+) ([\d.]+)/
    .exec(quiver(p, s, "").text)!
    .slice(1)
    .map(Number) as [number, number];
  expect(x).toBeCloseTo(px - (s * dx) / 2, 1); // the picture keeps hundredths
  expect(y).toBeCloseTo(py - (s * dy) / 2, 1);
});

test("rounding left in one plane is not blown up into a field", () => {
  const strong = plane({ across: ["x", "t"], at: "", unit: [1, 1], arrows: lattice(() => [1, 0]) });
  const faint = plane({ across: ["t", "u"], at: "", unit: [1, 1], arrows: lattice(() => [0.002, 0]) });
  const real = plane({ across: ["t", "u"], at: "", unit: [1, 1], arrows: lattice(() => [0, 0.2]) });
  const [a, b, c] = drawnFor([strong, faint, real]);
  expect([still(strong, a!), still(faint, b!), still(real, c!)]).toEqual([false, true, false]);
  expect(drawnFor([plane({ across: ["x", "t"], at: "", unit: [1, 1], arrows: lattice(() => [0, 0]) })])).toEqual([
    null,
  ]);
});

test.each(["light", "dark"] as const)("on the %s page text and slots stand 4.5 : 1 against the ground", (theme) => {
  const { ground, panel, line: _, ...inks } = PAGE_COLOURS[theme];
  for (const ink of Object.values(inks))
    for (const on of [ground, panel]) expect(contrast(ink, on)).toBeGreaterThanOrEqual(4.5); // WCAG AA, text
  for (const colour of SLOT_COLOURS[theme]) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(4.5); // their numbers are text too
});

test("sixteen slots differ in colour or mark", () => {
  const looks = Array.from({ length: 16 }, (_, i) => slotClass(i + 1) + slotMark(i + 1));
  expect(new Set(looks).size).toBe(16);
});
