/** Python, where this machine has it, for files that its packages write and read. */
import { execFileSync } from "node:child_process";

export const python = (script: string, ...args: string[]): string =>
  execFileSync("python3", ["-c", script, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

export function hasPackage(name: string): boolean {
  try {
    python(`import ${name}`);
    return true;
  } catch {
    return false;
  }
}
