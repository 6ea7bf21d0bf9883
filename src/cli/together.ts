/** Which options go together, looked at before anything else is done. */
import { InputError } from "../engine/error.js";
import { imageTasks } from "../task/imagetasks.js";

/** Options as given, without defaults: what was not given is undefined, false or an empty list. */
export interface Given {
  readonly task: string;
  readonly method: string;
  readonly [option: string]: unknown;
}

const ofNetwork = ["criterion", "steps", "orthogonality", "resume", "checkpoint"];
const ofSlots = ["generators", "backend"];
const ofImages = ["variation", "features"];
const ofEquations = ["length", "nx", "time", "outputs", "snapshots", "noise", "trajectories"];
const ofSimulation = ["trajectories", "nx", "time", "outputs", "noise"];

/** Throws InputError for options that would be ignored or contradict each other. */
export function checkTogether(given: Given): void {
  const { task, method } = given;
  const has = (name: string): boolean => {
    const value = given[name];
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  };
  const only = (names: readonly string[], when: boolean, place: string, todo: string): void => {
    const wrong = names.find((name) => has(name) && !when);
    if (wrong !== undefined) throw new InputError(`--${wrong} is for ${place}; ${todo}`);
  };
  const points = task === "function" || task === "dynamics";
  const images = imageTasks.includes(task);
  for (const [option, of] of [
    ["equation", "pde"],
    ["function", "function"],
    ["dynamics", "dynamics"],
  ] as const)
    only([option], task === of, `the task ${of}, not ${task}`, `leave it out, or learn ${of}`);
  if (task === "pde" && !has("equation"))
    throw new InputError('the task pde needs --equation "u_t = …", such as "u_t = -6*u*u_x - u_xxx"; pass one');
  if (points && has(task) && has("data"))
    throw new InputError(`the task ${task} takes --${task} or --data with samples, but both came; leave one out`);
  if (points && !has(task) && !has("data"))
    throw new InputError(`the task ${task} needs --${task} with a text or --data with samples; pass one of them`);
  only(ofImages, images, `images, not the task ${task}`, `leave it out, or learn ${imageTasks.join(", ")}`);
  if (task === "images" && !has("data"))
    throw new InputError("the task images needs --data with images and labels, an .npz or HDF5 file; pass one");
  only(ofEquations, !points && !images, `equations, not the task ${task}`, "leave it out");
  only(["bounds"], points, "the tasks function and dynamics", "leave it out, or pass --length and --time");
  only(ofSimulation, !has("data"), "simulated data, not --data", "leave it out");
  only(["library"], !points, `equations, not the task ${task}`, "leave it out");
  only(["library", "degree"], method === "library", "--method library", "add that, or leave it out");
  only(ofNetwork, method === "neural", "--method neural", "leave it out");
  only(ofSlots, method === "neural" || images, "--method neural", "leave it out");
  const criterion = String(given.criterion ?? "");
  if (!criterion.includes("flow")) return;
  const trouble = points
    ? `the task ${task}`
    : Number(given.noise) > 0
      ? "--noise"
      : has("snapshots")
        ? "--snapshots"
        : null;
  if (trouble !== null)
    throw new InputError(
      `--criterion ${criterion} scores flows of trajectories, which ${trouble} rules out; use --criterion tangent`,
    );
}
