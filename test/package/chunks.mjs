/** Programs on standard input, a JSON array of texts → what Vite makes of each, its chunks. A process of its own: Vite's native part takes no objects of jest's realm. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const program = join(process.cwd(), "program.js"); // there is no such file: its text is given
const bundles = [];
for (const code of JSON.parse(readFileSync(0, "utf8"))) {
  const { output } = await build({
    configFile: false,
    logLevel: "error",
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === program ? id : null),
        load: (id) => (id === program ? code : null),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: program, preserveEntrySignatures: "strict" },
    },
  });
  bundles.push(
    output
      .filter(({ type }) => type === "chunk")
      .map(({ fileName, isEntry, facadeModuleId, imports, dynamicImports, modules, code }) => ({
        name: fileName,
        first: isEntry,
        of: facadeModuleId ?? "", // the file that dynamic imports of it name
        imports,
        later: dynamicImports,
        files: Object.keys(modules).filter((file) => modules[file].renderedLength > 0),
        bytes: gzipSync(code, { level: 9 }).length,
      })),
  );
}
console.log(JSON.stringify(bundles));
