/** Which task a name stands for: the one place where tasks are told apart. */
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import { coordinatesOf } from "../equation/equation.js";
import type { LearnOptions } from "../learn.js";
import type { NeuralOptions } from "../learning/neural.js";
import type { NetworkHost } from "../network/host.js";
import { dynamicsTask } from "../task/dynamics.js";
import { functionTask } from "../task/function.js";
import { imageTasks } from "../task/imagetasks.js";
import { specOf } from "../task/pde.js";
import { imageLearner } from "./imagelearner.js";
import { readMembers } from "./members.js";
import { pdeProblem, whyNotNeural } from "./pde.js";
import { pointProblem } from "./points.js";
import type { Problem } from "./problem.js";
import { type Run, reporting } from "./run.js";

/** Why the neural learner does not take what is asked, where that can be told before there are data; null otherwise. */
export function refusedByNeural(options: LearnOptions): string | null {
  if (options.task === "function" || options.task === "dynamics" || imageTasks.includes(options.task)) return null;
  return whyNotNeural(equationOf(specOf(options)));
}

/** What the neural learner does differently on a task, where nothing is said. */
export const learnerOf = ({ task, criterion = "tangent" }: LearnOptions): Partial<NeuralOptions> =>
  imageTasks.includes(task) ? imageLearner(criterion) : {};

/** Data, checked. `host`: what runs networks already, if anything does. `trajectories`: how many to simulate where nothing is said. */
export async function problemOf(run: Run, trajectories: number, host?: NetworkHost): Promise<Problem> {
  const { options, machine, certifying, limits, hooks } = run;
  const { kernels } = machine;
  const { task, seed, parameters, coordinates, bounds } = options;
  if (imageTasks.includes(task)) return (await import("./images.js")).imageProblem(run, host); // its network is loaded with it
  const common = {
    seed,
    ...(parameters && { parameters }),
    ...(coordinates && { coordinates }),
    ...(bounds && { bounds }),
  };
  if (task === "function") {
    const { function: f, gradient, samples } = options;
    if (samples && !("values" in samples))
      throw new InputError("samples of a function are arrays points and values; pass both");
    const request = {
      ...common,
      ...(f && { function: f }),
      ...(gradient && { gradient }),
      ...(samples && { samples }),
    };
    return pointProblem(functionTask(kernels, request), run);
  }
  if (task === "dynamics") {
    const { dynamics, samples } = options;
    if (samples && !("rates" in samples))
      throw new InputError("samples of dynamics are arrays points and rates; pass both");
    const request = { ...common, ...(dynamics && { dynamics }), ...(samples && { samples }) };
    return pointProblem(dynamicsTask(kernels, request), run);
  }
  readMembers(options.members ?? [], coordinatesOf(equationOf(specOf(options)))); // looked at before anything is simulated
  return pdeProblem({ trajectories, ...options }, machine, certifying, limits, hooks.signal, reporting(run, "data"));
}
