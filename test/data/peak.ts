/** A command line in a process of its own: its peak of memory in MiB, and what it said. The program must be built. */
import { execFileSync } from "node:child_process";

export function peak(directory: string, ...argv: readonly string[]): { readonly mib: number; readonly said: string } {
  const program = `
    process.on("exit", () => console.log(process.resourceUsage().maxRSS));
    process.argv = ["node", "liefield", ...${JSON.stringify(argv)}];
    await import(${JSON.stringify(new URL("../../dist/cli/main.js", import.meta.url).href)});`;
  const said = execFileSync("bash", ["-c", 'exec "$0" --input-type=module -e "$1" 2>&1', process.execPath, program], {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return { mib: Number(said.trim().split("\n").at(-1)) / 1024, said };
}
