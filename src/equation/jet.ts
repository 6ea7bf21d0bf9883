/**
 * Jet variables: the components and their derivatives as names in expressions. "u", "u_x", "u_xxy"; "u_t" and "u_xt" where the equation is
 * of second order in time, whose state is (u, u_t). Letters come in the order x, y, t.
 */
export interface JetVariable {
  readonly component: number;
  readonly x: number; // times differentiated
  readonly y: number;
  readonly t: number;
}

/** Its name; components are identifiers without an underscore. */
export function jetName(components: readonly string[], { component, x, y, t }: JetVariable): string {
  const letters = "x".repeat(x) + "y".repeat(y) + "t".repeat(t);
  return letters === "" ? components[component]! : `${components[component]}_${letters}`;
}

/** The jet variable of a name, letters in any order; null where the name is none. */
export function readJet(components: readonly string[], name: string): JetVariable | null {
  const bar = name.indexOf("_");
  const component = components.indexOf(bar < 0 ? name : name.slice(0, bar));
  if (component < 0 || bar === name.length - 1) return null;
  const count = { x: 0, y: 0, t: 0 };
  for (const letter of bar < 0 ? "" : name.slice(bar + 1)) {
    if (letter !== "x" && letter !== "y" && letter !== "t") return null;
    count[letter]++;
  }
  return { component, ...count };
}
