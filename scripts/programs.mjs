/** Where the programs lie that tests and benches start: Debian's, and those that npm brings. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(dirname(fileURLToPath(import.meta.url)), "../node_modules");

export const CHROMIUM = process.env.LIEFIELD_CHROMIUM ?? "/usr/bin/chromium";
export const FIREFOX = "/usr/bin/firefox-esr";
export const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json"; // Debian's chromium brings it; Dawn refuses lavapipe
export const LAVAPIPE = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"; // Mesa's
/** Deno's binary, from the package of this platform: what is in .bin only starts it, and its install script, which would copy it, is not run. */
export const DENO = denoOf(join(modules, "@deno"));

function denoOf(folder) {
  const platforms = existsSync(folder) ? readdirSync(folder) : [];
  const found = platforms.map((platform) => join(folder, platform, "deno")).find((path) => existsSync(path));
  return found ?? join(folder, `${process.platform}-${process.arch}`, "deno");
}
