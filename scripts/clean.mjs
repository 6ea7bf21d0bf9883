/** Removes what the build makes, so that a package holds nothing left over from an earlier build. */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
for (const made of [
  "dist",
  "build",
  "src/engine/simd/bytes.ts",
  "src/engine/simd/relaxedbytes.ts",
  "src/network/bytes.ts",
])
  rmSync(join(root, made), { recursive: true, force: true });
