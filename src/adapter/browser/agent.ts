/** Which browser this is, as a run's report names it: "chromium 156", "firefox 153". */

/** What a navigator tells of itself; `userAgentData` is Chromium's, and only where the connection is secure. */
export interface Agent {
  readonly userAgent?: string;
  readonly userAgentData?: { readonly brands: readonly { readonly brand: string; readonly version: string }[] };
}

/** In this order: Chromium's own string names Safari too. */
const signs: readonly (readonly [name: string, sign: RegExp])[] = [
  ["firefox", /\bFirefox\/(\d+)/],
  ["chromium", /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ["safari", /\bVersion\/(\d+)[.\d]* .*\bSafari\//],
];

export function browserName({ userAgent = "", userAgentData }: Agent): string {
  const engine = userAgentData?.brands.find(({ brand }) => brand === "Chromium");
  if (engine) return `chromium ${engine.version}`;
  for (const [name, sign] of signs) {
    const version = sign.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return "browser";
}
