/** An interrupt after which something is there to go on with. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
