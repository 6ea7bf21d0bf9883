/** `liefield data`: a public data set, fetched into the user's cache. */
import type { Context } from "./command.js";
import { dataSchema, fetched, validated } from "./options.js";
import { progressOn } from "./progress.js";
import { command } from "./usage.js";
import { jsonLine } from "./visible.js";

export const data = command(
  "data",
  "Fetches images to learn from into the cache (XDG_CACHE_HOME/liefield or ~/.cache/liefield), from the package registry, and checks them.",
  {
    data: {
      name: { type: "positional", required: false, description: `Which: ${fetched.join(", ")}` },
    },
    results: { json: { type: "boolean", description: "Print what is there on stdout as one JSON object" } },
  },
  runData,
);

async function runData(
  args: Record<string, unknown>,
  _: readonly string[],
  { io, work, signal, version }: Context,
): Promise<void> {
  const { name, json } = validated(dataSchema, args);
  const adapter = await work.adapter();
  const progress = progressOn(io.stderr);
  let images: Awaited<ReturnType<typeof work.images>>;
  try {
    const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
    images = await work.images(name, adapter, {
      signal,
      progress: (done, of) => progress.show({ stage: "data", done, of, text: `${mib(done)} of ${mib(of)}` }),
    });
  } finally {
    progress.stop();
  }
  const { train, held } = images;
  const size = [train.height, train.width, train.channels];
  io.stderr.write(`${name}: ${train.n} images to learn from and ${held.n} held out, ${size.join(" × ")}, checked\n`);
  if (!json) return;
  const { height, width, channels, classes } = train;
  io.stdout.write(
    jsonLine({ schema: 1, version, data: name, train: train.n, held: held.n, height, width, channels, classes }),
  );
}
