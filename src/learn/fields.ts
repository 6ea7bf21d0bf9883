/** The generators of a run as fields, and as a file. */
import type { Tensor } from "../data/safetensors.js";
import { InputError } from "../engine/error.js";
import type { FlowKernels, SplineKernels, TapeKernels } from "../engine/kernels.js";
import { flowOracle } from "../engine/oracle/flow.js";
import { splineOracle } from "../engine/oracle/spline.js";
import { tapeOracle } from "../engine/oracle/tape.js";
import { controlLength } from "../engine/shape.js";
import type { Field } from "../field/field.js";
import { decodeFieldFile, encodeFieldFile, type FieldFile } from "../field/fieldfile.js";
import { formulaGenerators, type Generators, splineGenerators } from "../flow/generators.js";
import type { Learned } from "../learn.js";
import { version } from "../version.js";

/** What fields and flows ask of an engine. */
type FieldKernels = SplineKernels & FlowKernels & TapeKernels;

const plain = (): FieldKernels => ({ ...splineOracle, ...flowOracle, ...tapeOracle }); // not all of the oracle: bundles are small so

/**
 * The learned generators as fields in physical coordinates, in the order of `record.generators`: best first. The slots of the neural
 * learner; of the library learner its formulas.
 */
export const fieldsOf = (learned: Learned): readonly Field[] => generatorsOf(learned).fields;

/** The same to be combined and followed, on the engine of `kernels`. */
export const generatorsOf = (learned: Learned, kernels: FieldKernels = plain()): Generators =>
  generators(storedOf(learned), kernels);

/**
 * The learned generators as a safetensors file: for the neural learner the control points of every slot, in the order of `record.generators`,
 * for the library learner its formulas as text; the chart, verdicts and a checksum in the metadata. `dtype` F32 halves its size.
 */
export const writeField = (learned: Learned, { dtype = "F64" }: { dtype?: Tensor["dtype"] } = {}): Uint8Array =>
  encodeFieldFile(storedOf(learned), dtype);

export interface StoredField extends FieldFile {
  readonly generators: Generators;
}

/**
 * Reads what `writeField` wrote. The file is not trusted: whatever does not fit throws an InputError that says what. `limit`: bytes. Its
 * generators come as fields and flows in physical coordinates, on the engine of `kernels`.
 */
export function readField(
  bytes: Uint8Array,
  { kernels = plain(), limit }: { kernels?: FieldKernels; limit?: number } = {},
): StoredField {
  const file = decodeFieldFile(bytes, limit);
  return { ...file, generators: generators(file, kernels) };
}

const generators = ({ splines, chart, formulas }: FieldFile, kernels: FieldKernels): Generators =>
  splines
    ? splineGenerators(kernels, splines.shape, splines.control, chart)
    : formulaGenerators(kernels, formulas, chart);

function storedOf({ record, splines, chart, formulas }: Learned): FieldFile {
  const file = { version, task: record.task, chart, verdicts: record.generators.map((g) => g.verdict), formulas };
  if (!splines) return { ...file, splines: null };
  const { shape, control } = splines;
  const size = controlLength(shape);
  const ordered = new Float64Array(record.generators.length * size);
  record.generators.forEach(({ slot }, k) => {
    if (slot * size > control.length) throw new InputError(`the run has no slot ${slot}; pass what learn returned`);
    ordered.set(control.subarray((slot - 1) * size, slot * size), k * size);
  });
  return { ...file, splines: { shape, control: ordered } };
}
