/** The steps in Node or Deno, timed by benny: the request as JSON in the first argument, the answer as the last line of standard output. */
import "@tensorflow/tfjs-layers"; // registers tfjs's own gradients
import { measure } from "../harness.mjs";
import { measured } from "./measured.mjs";

const { adapter } =
  "Deno" in globalThis
    ? await import("../../dist/adapter/deno/adapter.js")
    : await import("../../dist/adapter/node/adapter.js");
const own = adapter();
const options = own.openGpu ? { openGpu: own.openGpu } : {};
const answer = await measured({ measure, timer: "benny", adapter: own, options }, JSON.parse(process.argv[2]));
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit()); // a GPU's device would hold the event loop open
