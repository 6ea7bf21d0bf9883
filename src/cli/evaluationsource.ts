/** Which generators a comparison moves trajectories along: known ones, learned ones, those of a file. */
import { SAFETENSORS_LIMIT } from "../data/safetensors.js";
import type { Adapter } from "../engine/adapter.js";
import { InputError } from "../engine/error.js";
import { equationOf } from "../equation/catalogue.js";
import type { EquationSpec } from "../equation/equation.js";
import type { Source } from "../evaluate.js";
import { text } from "../expression/print.js";
import { decodeFieldFile } from "../field/fieldfile.js";
import { knownGenerators } from "../reading/truth.js";
import { reason } from "./destination.js";
import type { choices } from "./options.js";

/** Throws InputError for a file that cannot be read, and where symmetries are not on file. */
export async function sourceOf(
  name: (typeof choices.sources)[number],
  spec: EquationSpec,
  coordinates: readonly string[],
  file: string | undefined,
  adapter: Adapter,
): Promise<Source> {
  if (name === "formulas") return { name, learned: "formulas" };
  if (name === "learned") {
    if (file === undefined) return { name, learned: "slots" };
    const bytes = await adapter.readFile(file, SAFETENSORS_LIMIT).catch((error) => {
      throw new InputError(
        `--field ${file} cannot be read: ${reason(error)}; name a field.safetensors that learn wrote`,
      );
    });
    return { name, field: decodeFieldFile(bytes) };
  }
  const found = knownGenerators(spec.name, equationOf(spec).parameters, "periodic");
  if (!found) throw new InputError(`the symmetries of ${spec.name} are not on file; leave true out of --generators`);
  return {
    name,
    formulas: found.map((each) => coordinates.map((along) => (each[along] ? text(each[along]) : "0"))),
  };
}
