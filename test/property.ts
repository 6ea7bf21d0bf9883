/**
 * fast-check from a fixed seed, so that a run repeats and what fails is the change's own doing. LIEFIELD_FUZZ=N takes another seed,
 * LIEFIELD_FUZZ=random one of the clock's: what fast-check reports then names it.
 */
import * as fc from "fast-check";

const asked = process.env.LIEFIELD_FUZZ ?? "1";
fc.configureGlobal({ seed: asked === "random" ? Date.now() % 2 ** 31 : Number(asked) });

export { fc };
