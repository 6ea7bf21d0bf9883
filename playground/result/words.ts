/** The library's messages name options of the command line; here they are named as the form labels them. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\s*\(--method library\)/g, ""],
  [/\(--degree\)/g, "(Degree, under Settings)"],
  [/\(--generators\)/g, "(Slots, under Settings)"],
  [/a higher --degree/g, "a higher degree"],
  [/another --degree/g, "another degree"],
  [/more --generators/g, "more slots"],
  [/more --steps/g, "more steps"],
  [/check --param, units and dt, or pass --snapshots/g, "check the parameters"],
  [/--(length|nx|time|outputs|degree|steps|seed|trajectories)\b/g, "$1"],
];

export const inForm = (text: string): string => NAMES.reduce((said, [from, to]) => said.replace(from, to), text);
