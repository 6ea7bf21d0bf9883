/** Colours: one per slot in a light and a dark set, and the map of the heat maps. All told apart with colour-blind eyes. */

/** Slot n has colour (n − 1) mod 8 of its set. After Okabe & Ito (2008), darkened or lightened to 4.5 : 1 on the page. */
export const SLOT_COLOURS = {
  light: ["#0067a8", "#c24f00", "#00795a", "#a8488a", "#8a6500", "#5c5c5c", "#6b4ec2", "#0b75ac"],
  dark: ["#4fb3f0", "#ff9250", "#3ecb9f", "#ee9fd0", "#e6b84a", "#bdbdbd", "#b7a4ff", "#9ad9ff"],
} as const;

/** Page colours: text and muted text stand at least 4.5 : 1 against both grounds. */
export const PAGE_COLOURS = {
  light: {
    ground: "#ffffff",
    panel: "#f5f6f8",
    text: "#1b1f24",
    muted: "#57606a",
    line: "#c9cfd6",
    good: "#116329",
    poor: "#a0111f",
    fair: "#7d4e00",
  },
  dark: {
    ground: "#14171b",
    panel: "#1d2126",
    text: "#e8eaed",
    muted: "#a4adb8",
    line: "#414852",
    good: "#6fdd8b",
    poor: "#ff9b95",
    fair: "#f0c060",
  },
} as const;

export type Theme = keyof typeof PAGE_COLOURS;

/** Class of a slot's colour. */
export const slotClass = (slot: number): string => `k${((Math.trunc(slot) - 1) % 8) + 1 || 1}`;

/** A slot's mark has a shape of its own besides its colour, about 8 wide around (0, 0); period 5, so that the pair has period 40. */
export function slotMark(slot: number): string {
  const shapes = [
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z",
    "M-3 -3h6v6h-6Z",
    "M0 -4l4 7h-8Z",
    "M0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4Z",
    "M0 4l4 -7h-8Z",
  ];
  return shapes[(Math.trunc(slot) - 1) % shapes.length] ?? shapes[0]!;
}

/** Viridis (van der Walt & Smith 2015, CC0) at nine even places, straight lines between: [n, 3] bytes. */
export function viridis(n: number): Uint8Array {
  const anchors = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];
  const out = new Uint8Array(3 * n);
  for (let i = 0; i < n; i++) {
    const place = (i / Math.max(1, n - 1)) * (anchors.length - 1);
    const left = Math.min(Math.floor(place), anchors.length - 2);
    for (let c = 0; c < 3; c++) {
      const shift = 16 - 8 * c;
      const [a, b] = [(anchors[left]! >> shift) & 255, (anchors[left + 1]! >> shift) & 255];
      out[3 * i + c] = Math.round(a + (place - left) * (b - a));
    }
  }
  return out;
}
