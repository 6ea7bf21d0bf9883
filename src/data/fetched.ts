/** A data set from wherever the runtime keeps and gets it. */
import type { Adapter, FetchHooks } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { datasets } from "./datasets.js";
import type { ImageData } from "./imageset.js";

export type DatasetName = keyof typeof datasets;

/** Throws InputError where it cannot be had. */
export async function fetchedImages(name: DatasetName, adapter: Adapter, hooks: FetchHooks = {}): Promise<ImageData> {
  if (!adapter.packageFiles)
    throw new InputError(`${name} is fetched under Node; in ${adapter.runtime} pass images of your own`);
  const dataset = datasets[name];
  return dataset.read(await adapter.packageFiles(dataset.package, hooks));
}
