/** The plain-TypeScript engine: the reference every other engine is held to, and the fall-back where WASM is missing. */
import type { Kernels } from "../kernels.js";
import { flowOracle } from "./flow.js";
import { fourierOracle } from "./fourier.js";
import { gridOracle } from "./grid.js";
import { passageOracle } from "./passage.js";
import { productOracle } from "./product.js";
import { solverOracle } from "./solver.js";
import { splineOracle } from "./spline.js";
import { tangentOracle } from "./tangent.js";
import { tapeOracle } from "./tape.js";
import { warpOracle } from "./warp.js";

export const oracleKernels: Kernels = {
  engine: "oracle",
  bytes: () => 0,
  ...fourierOracle,
  ...solverOracle,
  ...tapeOracle,
  ...splineOracle,
  ...flowOracle,
  ...gridOracle,
  ...tangentOracle(fourierOracle),
  ...passageOracle,
  ...productOracle,
  ...warpOracle,
};
