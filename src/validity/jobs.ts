/** Every job a worker may be asked to run. */
import { simulateJob } from "../data/simulation.js";
import type { AnyJob } from "../engine/job.js";
import { flowJob } from "./flow.js";
import { pointwiseJob } from "./pointwise.js";
import { tangentJob } from "./tangent.js";
import { traceJob } from "./trace.js";

export const jobs: readonly AnyJob[] = [simulateJob, tangentJob, flowJob, traceJob, pointwiseJob];
