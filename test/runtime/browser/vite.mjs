/** Builds the page by Vite, with nothing set that a user would have to set, into the directory given. */
import { build } from "vite";

await build({
  configFile: false,
  root: import.meta.dirname,
  logLevel: "warn",
  build: {
    outDir: process.argv[2],
    emptyOutDir: true,
    rolldownOptions: {
      input: "page.mjs",
      output: { entryFileNames: "[name].js" },
      checks: { bundlerTimings: false }, // a notice that comes on busy machines only
    },
  },
});
