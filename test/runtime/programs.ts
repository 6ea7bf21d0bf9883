/** The programs that tests start, typed. */
// @ts-expect-error scripts are plain JavaScript
import * as programs from "../../scripts/programs.mjs";

export const { CHROMIUM, FIREFOX, SWIFTSHADER, LAVAPIPE, DENO } = programs as Readonly<
  Record<"CHROMIUM" | "FIREFOX" | "SWIFTSHADER" | "LAVAPIPE" | "DENO", string>
>;
