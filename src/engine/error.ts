/** Errors a caller branches on. Messages say what was expected, what came, and what to do. */

/** The input cannot be used; the command line exits 2. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** The numbers failed (blow-up, non-finite loss); the command line exits 3. */
export class NumericalError extends Error {
  override readonly name = "NumericalError";
}
