/** The algebra of formulas as the record holds it. */
import type { Algebra } from "../reading/algebra.js";
import type { AlgebraRecord } from "../report/run.js";

export const recordedAlgebra = (algebra: Algebra): AlgebraRecord => {
  const { basis, brackets, closure, jacobi, centre, derived, solvable, nilpotent, semisimple, name } = algebra;
  return {
    basis,
    brackets,
    ...(name === null ? {} : { name }),
    closure,
    jacobi,
    centre,
    derived,
    solvable,
    nilpotent,
    semisimple,
    of: "formulas",
  };
};
