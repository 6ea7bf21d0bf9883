/** The name of a variable as people set it: a letter, or a word, with what follows as subscript. */
export interface Symbol {
  readonly stem: string;
  readonly greek: string | null; // the letter that the stem names
  readonly below: string; // empty where there is no subscript
}

/** u_xx, c1, nu_0: what follows the first underscore, or digits at the end, stands below. */
export function symbolOf(name: string): Symbol {
  const [, stem, digits, rest] = /^([A-Za-z]+)(\w*?)(?:_(\w+))?$/.exec(name) ?? [null, name, "", undefined];
  return { stem: stem!, greek: GREEK.get(stem!) ?? null, below: [digits, rest].filter(Boolean).join(",") };
}

const GREEK: ReadonlyMap<string, string> = new Map(
  Object.entries({
    alpha: "α",
    beta: "β",
    gamma: "γ",
    delta: "δ",
    epsilon: "ε",
    zeta: "ζ",
    eta: "η",
    theta: "θ",
    kappa: "κ",
    lambda: "λ",
    mu: "μ",
    nu: "ν",
    xi: "ξ",
    pi: "π",
    rho: "ρ",
    sigma: "σ",
    tau: "τ",
    phi: "φ",
    chi: "χ",
    psi: "ψ",
    omega: "ω",
  }),
);

/** A number's digits as mantissa and power of ten: "2.5e-7" → 2.5, −7. */
export function scientific(digits: string): { mantissa: string; ten: number | null } {
  const [mantissa, exponent] = digits.split("e");
  return { mantissa: mantissa!, ten: exponent === undefined ? null : Number(exponent) };
}
