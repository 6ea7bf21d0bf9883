/** Functions and dynamics as problems for learners: conditions at points, no trajectories. */
import { normalise } from "../data/chart.js";
import { InputError } from "../engine/error.js";
import { type Stream, stream } from "../engine/random.js";
import { boxDomain } from "../field/box.js";
import { monomialLibrary } from "../field/library.js";
import { certifyDrift } from "../reading/drift.js";
import { neighboursOf } from "../task/box.js";
import type { PointTask } from "../task/pointtask.js";
import { invarianceConditions, invarianceEquations } from "../validity/invariance.js";
import { pointwiseScores, pointwiseValidity } from "../validity/pointwise.js";
import { solutionConditions, solutionEquations, trivialConditions } from "../validity/solutions.js";
import type { NeuralGround, Part, Problem } from "./problem.js";
import type { Run } from "./run.js";

const KNOTS = 8; // along every coordinate
const MARGIN = 0.6; // beyond the normalised box: 1.5 × the farthest flow
const STEP = 0.01; // between neighbours, in normalised coordinates
const PAIRS = 1024;
const WIDEST = 3; // coordinates a spline takes

/** What tells the two kinds of task apart: their conditions. */
const kinds = {
  function: {
    title: "Function",
    preserves: "leaves the function unchanged",
    conditions: invarianceConditions,
    equations: invarianceEquations,
    trivial: null,
    drifts: true, // along its flows the function can be seen to stay
    still: [],
  },
  dynamics: {
    title: "Dynamics",
    preserves: "carries every solution to a solution",
    conditions: solutionConditions,
    equations: solutionEquations,
    trivial: trivialConditions,
    drifts: false,
    still: [0], // τ: every symmetry has a representative without it
  },
} as const;

export function pointProblem(task: PointTask, run: Run): Problem {
  const { machine, options, certifying, limits } = run;
  const { kernels, pool } = machine;
  const { seed } = options;
  const kind = kinds[task.name];
  const { coordinates, chart } = task;
  const dim = coordinates.length;
  const points = { train: task.points, held: task.held };
  const { trivial } = kind;
  return {
    name: task.name,
    text: task.text,
    preserves: kind.preserves,
    coordinates,
    chart,
    settings: [
      [kind.title, task.text],
      ["Points", `${task.points.length / dim} to learn from, ${task.held.length / dim} held out`],
    ],
    warnings: task.warnings,
    lowPass: null,
    degree: 1,
    sample: (part, count, draw) => drawn(normalise(chart, points[part]), dim, count, draw),
    library(kind, degree, members) {
      if (kind === "fourier")
        throw new InputError(
          `a Fourier library is for equations, which are periodic in x, not for the task ${task.name}; use the library of monomials, and members such as "sin(${coordinates.at(-1)})"`,
        );
      return monomialLibrary(coordinates, degree, members, chart);
    },
    readingLibrary: (members) => monomialLibrary(coordinates, 2, members, chart),
    conditions: (part) => kind.conditions(kernels, task, points[part]),
    neural: ground(),
    flow: kind.drifts ? async (candidates) => certifyDrift(kernels, task, candidates, certifying, limits) : null,
    flowless: kind.drifts ? null : "flows of dynamics are not scored",
    trivial: trivial && (() => trivial(kernels, task, task.points)),
    parameters: {},
    held: null,
  };

  function ground(): NeuralGround | string {
    if (dim > WIDEST)
      return `the neural learner takes up to ${WIDEST} coordinates, but there are ${dim}, ${coordinates.join(", ")}; use the library learner (--method library)`;
    const lo = new Float64Array(dim).fill(Number.POSITIVE_INFINITY);
    const hi = new Float64Array(dim).fill(Number.NEGATIVE_INFINITY);
    for (const part of ["train", "held"] as Part[])
      normalise(chart, points[part]).forEach((v, i) => {
        lo[i % dim] = Math.min(lo[i % dim]!, v);
        hi[i % dim] = Math.max(hi[i % dim]!, v);
      });
    const shape = boxDomain(lo, hi, KNOTS, MARGIN);
    return {
      still: kind.still,
      shape,
      places(_, count) {
        const measure = drawn(normalise(chart, task.points), dim, count, stream(seed, "measure"));
        const draw = stream(seed, "neighbours");
        const from = drawn(normalise(chart, task.points), dim, PAIRS, draw);
        return { points: measure, pairs: { points: from, neighbours: neighboursOf(from, dim, STEP, draw) } };
      },
      validity: (criterion) =>
        criterion === "tangent" ? pointwiseValidity(pool, shape, kind.equations(task, task.points)) : null,
      heldScores() {
        const equations = kind.equations(task, task.held);
        return (control) => pointwiseScores(pool, shape, equations, control);
      },
    };
  }
}

/** `count` of the points, with repetition. */
function drawn(points: Float64Array, dim: number, count: number, draw: Stream): Float64Array {
  const all = points.length / dim;
  const out = new Float64Array(count * dim);
  for (let p = 0; p < count; p++) {
    const at = draw.integer(0, all) * dim;
    out.set(points.subarray(at, at + dim), p * dim);
  }
  return out;
}
