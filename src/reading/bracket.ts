/** The Lie bracket of vector fields given by expressions. */
import { derivative, type Expression, expand, isZero, product, subtract, sum } from "../expression/expression.js";

/** V·∇ of a function: how it changes along the field. */
export const alongField = (field: readonly Expression[], e: Expression, coordinates: readonly string[]): Expression =>
  sum(
    ...coordinates.flatMap((name, j) => {
      const slope = isZero(field[j]!) ? null : derivative(e, name);
      return slope && !isZero(slope) ? [product(field[j]!, slope)] : [];
    }),
  );

/** [V, W]^i = V·∇W^i − W·∇V^i, multiplied out; components in the order of the coordinates (Olver 1993, section 1.4). */
export const bracket = (
  V: readonly Expression[],
  W: readonly Expression[],
  coordinates: readonly string[],
): Expression[] =>
  coordinates.map((_, i) => expand(subtract(alongField(V, W[i]!, coordinates), alongField(W, V[i]!, coordinates))));
