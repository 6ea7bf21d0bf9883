/**
 * HDF5 files of arrays, however long: the layout that the paper's data have, a group `train`, `valid` or `test` with `pde_<nt>-<nx>`
 * [n, nt, nx], `x` [n, nx], `t` [n, nt], `dx` and `dt` [n], or data sets by the names that an .npz has. Source of the layout: J. Brandstetter, M. Welling,
 * D. Worrall, Lie Point Symmetry Data Augmentation for Neural PDE Solvers, ICML 2022, its generator.
 */
import type { FileSource } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { datasetOf, isDataset } from "./hdf5/dataset.js";
import { Hdf5File } from "./hdf5/file.js";
import { linksOf } from "./hdf5/group.js";
import type { NumericArray } from "./npy.js";
import { type StoredArray, wholeOf } from "./stored.js";

const PARTS = ["train", "valid", "test"];
const PAPER = /^pde_\d+-\d+$/;
const MOST = 64; // data sets
const COMPANIONS = 2 ** 28; // bytes of x, t, dx or dt
const SAME = 1e-6; // of their extent: what rows of one grid may differ by

/** The arrays by name, with the paper's names put as those of an .npz. Of several groups the first of train, valid, test. Throws InputError. */
export async function openHdf5(source: FileSource): Promise<Map<string, StoredArray>> {
  const file = new Hdf5File(source);
  let links = await linksOf(file, await file.messages(await file.root()));
  const part = PARTS.find((name) => links.has(name));
  if (part !== undefined) {
    const messages = await file.messages(links.get(part)!);
    if (!isDataset(messages)) links = await linksOf(file, messages);
  }
  const arrays = new Map<string, StoredArray>();
  for (const [name, at] of links) {
    const messages = await file.messages(at);
    if (!isDataset(messages)) continue;
    if (arrays.size === MOST)
      throw new InputError(`the HDF5 file holds more than ${MOST} arrays; save those that are needed`);
    arrays.set(
      name,
      whenAsked(() => datasetOf(file, messages, `array ${JSON.stringify(name)}`)),
    );
  }
  if (arrays.size === 0)
    throw new InputError(
      `the HDF5 file holds no arrays in its root, nor in ${PARTS.join(", ")}, but ${
        [...links.keys()]
          .slice(0, 8)
          .map((key) => JSON.stringify(key))
          .join(", ") || "nothing"
      }; save u, x and t there`,
    );
  return asNpz(arrays);
}

/** An array that may not be readable: that is said once somebody wants it. */
function whenAsked(make: () => StoredArray): StoredArray {
  try {
    return make();
  } catch (error) {
    const refuse = (): never => {
      throw error;
    };
    return Object.defineProperty({ pieces: refuse } as unknown as StoredArray, "shape", { get: refuse });
  }
}

async function asNpz(arrays: Map<string, StoredArray>): Promise<Map<string, StoredArray>> {
  const named = [...arrays.keys()].filter((name) => PAPER.test(name));
  if (named.length === 0) return arrays;
  if (named.length > 1)
    throw new InputError(`the HDF5 file holds ${named.join(" and ")}; save one of them to a file of its own`);
  const u = arrays.get(named[0]!)!;
  const [n = 0, nt = 0, nx = 0] = u.shape;
  const whole = async (name: string): Promise<NumericArray | null> => {
    const found = arrays.get(name);
    return found ? wholeOf(found, COMPANIONS, `array ${JSON.stringify(name)}`) : null;
  };
  const out = new Map([["u", u]]);
  const [x, dx, t, dt] = [await whole("x"), await whole("dx"), await whole("t"), await whole("dt")];
  if (x) out.set("x", common("x", x, n, nx));
  else if (dx) out.set("L", ready([], Float64Array.of(common("dx", dx, n, 1).data[0]! * nx)));
  const step = !t && dt ? common("dt", dt, n, 1).data[0]! : 0;
  if (t) out.set("t", common("t", t, n, nt));
  else if (dt)
    out.set(
      "t",
      ready(
        [nt],
        Float64Array.from({ length: nt }, (_, i) => i * step),
      ),
    );
  return out;
}

/** The one row that all trajectories have. Throws InputError where they differ. */
function common(
  name: string,
  { shape, data }: NumericArray,
  n: number,
  length: number,
): StoredArray & { data: Float64Array } {
  if (data.length === length && n !== 1) return ready([length], data);
  if (data.length !== n * length || length === 0)
    throw new InputError(`${name} has shape [${shape.join(", ")}] but [${n}, ${length}] or [${length}] is expected`);
  const step = length > 1 ? Math.abs(data[1]! - data[0]!) : Math.abs(data[0]!);
  const off = data.findIndex((value, i) => !(Math.abs(value - data[i % length]!) <= SAME * step * length));
  if (off >= 0)
    throw new InputError(
      `each trajectory has a grid of its own: ${name} of trajectory ${Math.floor(off / length)} has ${data[off]} where trajectory 0 has ${data[off % length]}, but one grid for all is expected; generate with fixed length and times, or save those of one grid`,
    );
  return ready([length], data.slice(0, length));
}

const ready = (shape: readonly number[], data: Float64Array): StoredArray & { data: Float64Array } => ({
  shape,
  data,
  async *pieces() {
    yield data;
  },
});
