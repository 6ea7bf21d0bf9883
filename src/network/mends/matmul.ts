/**
 * Matrix products on wasm with a transpose flag run at a fifteenth of the speed of plain ones (2 instead of 30 GFLOP/s), and
 * every gradient of a product carries such a flag. Here the operand is transposed first, by its own kernel.
 */
import { type Info, type Mend, replaceKernel, Scratch } from "./mend.js";

export const matmul: Mend = {
  name: "wasm: transposed products",
  backend: "wasm",
  install: replaceKernel("BatchMatMul", "wasm", (original) => ({ inputs, attrs, backend }) => {
    const { transposeA, transposeB } = attrs;
    if (!transposeA && !transposeB) return original!({ inputs, attrs, backend });
    const scratch = new Scratch("wasm", backend);
    const a = transposeA ? transposed(scratch, inputs.a!) : inputs.a!;
    const b = transposeB ? transposed(scratch, inputs.b!) : inputs.b!;
    return scratch.result(scratch.run("BatchMatMul", { a, b }, { transposeA: false, transposeB: false }));
  }),
};

/** The last two axes swapped. */
function transposed(scratch: Scratch, x: Info): Info {
  const perm = x.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return scratch.run("Transpose", { x }, { perm });
}
