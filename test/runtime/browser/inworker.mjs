/** The cases inside a Web Worker, which starts workers of its own. */
import { browserAdapter } from "../../../dist/adapter/browser/adapter.js";
import * as liefield from "../../../dist/index.js";
import { conformance } from "../conformance.mjs";

globalThis.onmessage = async ({ data }) => {
  try {
    postMessage({ result: await conformance(liefield, browserAdapter(), data) });
  } catch (error) {
    postMessage({ error: error.message });
  }
};
