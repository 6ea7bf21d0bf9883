/** Errors a caller branches on. Messages say what was expected, what came, and what to do. */

/** The input cannot be used; the command line exits 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** The numbers failed (blow-up, non-finite loss); the command line exits 3. */
export class NumericalError extends Error {
  override readonly name = "NumericalError";
}

/** An error of ours that crossed threads as its name and message; null for any other. */
export function errorNamed(name: string, message: string): Error | null {
  if (name === "InputError") return new InputError(message);
  return name === "NumericalError" ? new NumericalError(message) : null;
}
