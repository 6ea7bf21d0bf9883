/** A network's state as it is saved: one named array per weight and bias, and beside it its two moments. */
import { InputError } from "../engine/error.js";
import type { Layer } from "./architecture.js";

/** Parameters and moments as plain arrays, [count] each, and the updates made so far. */
export interface AdamState {
  readonly step: number;
  readonly births: readonly Birth[]; // of each generator; none: all began with the run
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** When a generator's own weights began: after so many updates of the run, 0 with it, and over how many more they come to its rate. */
export interface Birth {
  readonly step: number;
  readonly warm: number;
}

/** Arrays `<layer>.weight` [rows, columns] and `<layer>.bias` [columns], their moments under `….first` and `….second`. */
export interface NetworkState {
  readonly step: number; // updates made so far
  readonly births: readonly Birth[]; // as Adam's
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

const suffixes = { parameters: "", first: ".first", second: ".second" } as const;
const vectors = Object.keys(suffixes) as (keyof typeof suffixes)[];

/** Flat vectors → named arrays. */
export function split(layers: readonly Layer[], state: AdamState): NetworkState {
  const arrays: Record<string, Float32Array> = {};
  for (const vector of vectors) {
    for (const { name, from, to } of spans(layers)) {
      arrays[name + suffixes[vector]] = state[vector].slice(from, to);
    }
  }
  return { step: state.step, births: state.births, arrays };
}

/** Named arrays → flat vectors; InputError where one is missing or of another length. */
export function joined(layers: readonly Layer[], state: NetworkState): AdamState {
  const all = spans(layers);
  const flat = (suffix: string): Float32Array => {
    const into = new Float32Array(all.at(-1)!.to);
    for (const { name, from, to } of all) {
      const array = state.arrays[name + suffix];
      if (array?.length !== to - from) {
        throw new InputError(
          `the saved network has ${array?.length ?? "no"} numbers for ${name + suffix} where ${to - from} are expected; restore it with the settings it was saved with`,
        );
      }
      into.set(array, from);
    }
    return into;
  };
  return {
    step: state.step,
    births: state.births,
    parameters: flat(""),
    first: flat(".first"),
    second: flat(".second"),
  };
}

/** Where each named array lies in the flat vector. */
const spans = (layers: readonly Layer[]) =>
  layers.flatMap((layer) => [
    { name: `${layer.name}.weight`, from: layer.weight, to: layer.bias },
    { name: `${layer.name}.bias`, from: layer.bias, to: layer.bias + layer.columns },
  ]);
