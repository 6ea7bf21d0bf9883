/** Hands bytes to the user as a download, named by the last part of the path; on a page only: a worker has no document. */
import { InputError } from "../../engine/error.js";

const LASTS = 60_000; // ms until the bytes are let go: by then the browser has begun to save them

export async function download(path: string, bytes: Uint8Array | string): Promise<void> {
  if (typeof document === "undefined")
    throw new InputError(`${path} cannot be downloaded from a worker; send the bytes to the page and save them there`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "application/octet-stream" }));
  link.download = path.split("/").pop() ?? path;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), LASTS);
}
