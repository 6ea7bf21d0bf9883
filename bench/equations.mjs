/** What does each learner find on each one-dimensional equation, how near to the truth, at what cost? `node bench/equations.mjs` */
import { join } from "node:path";
import { equationOf } from "../dist/equation/catalogue.js";
import { evaluate } from "../dist/expression/expression.js";
import { fieldsOf } from "../dist/index.js";
import { learn } from "../dist/learn.js";
import { principalAngles } from "../dist/reading/angles.js";
import { knownGenerators } from "../dist/reading/truth.js";
import { bench, questionOf, writeWhole } from "./harness.mjs";
import { adapter } from "./setting.mjs";
import { markdown } from "./table.mjs";

const texts = {
  "-6 u u_x - 0.5 u_xxx": "u_t = -6*u*u_x - 0.5*u_xxx",
  "-(1+0.3 sin x) u u_x - u_xxx": "u_t = -(1+0.3*sin(x))*u*u_x - u_xxx",
};
const named = ["kdv", "ks", "burgers", "nkdv", "heat", "potential-burgers", "ckdv", "transport"];
const byFlow = ["kdv", "ks", "burgers", "nkdv"];
const members = { nkdv: ["exp(t/50)", "exp(-t/50)"], ckdv: ["1/sqrt(t+1)"] };
const PLACES = 2000;

const optionsOf = (name) => (texts[name] ? { task: "pde", equation: texts[name] } : { task: name });

await bench(import.meta.url, async ({ seed, full, out }) => {
  const neural = [];
  const runs = [
    ...full([...named, ...Object.keys(texts)], ["kdv"]).map((name) => [name, "tangent"]),
    ...full(byFlow, []).map((name) => [name, "flow"]),
    ...full(["ks"], []).map((name) => [name, "tangent+flow"]),
  ];
  for (const [name, criterion] of runs)
    for (const own of full([seed, seed + 1, seed + 2], [seed])) {
      const quick = full({}, { steps: 2, trajectories: 4 });
      const learned = await learn({ ...optionsOf(name), seed: own, criterion, ...quick }, adapter);
      const { record } = learned;
      const angles = record.truth?.principalAnglesDegrees ?? [];
      neural.push([
        name,
        criterion,
        own,
        `${record.count ?? "undecided"}${record.countIs === "atLeast" ? "+" : ""}`,
        record.generators.map((g) => g.verdict[0]).join(""),
        angles.length > 0 ? Math.max(...angles) : null,
        withApproximate(learned),
        record.gap,
        record.seconds.learn,
        record.seconds.total,
        record.formulas?.map((f) => f.reads).join("; ") ?? "",
      ]);
    }
  const library = [];
  for (const name of full([...named, ...Object.keys(texts)], ["kdv"])) {
    const options = {
      ...optionsOf(name),
      seed,
      method: "library",
      ...(members[name] ? { members: members[name] } : {}),
    };
    await learn(options, adapter); // warm
    const { record } = await learn(options, adapter);
    library.push([
      name,
      `${record.count ?? "undecided"}`,
      record.gap,
      record.truth?.grassmann ?? null,
      record.seconds.learn,
      record.seconds.total,
      record.formulas.length > 8
        ? `${record.formulas.length} formulas`
        : record.formulas.map((f) => f.reads).join("; "),
    ]);
  }
  const tables = [
    {
      columns: [
        "equation",
        "criterion",
        "seed",
        "count",
        "verdicts",
        "largest angle °",
        "with approximate °",
        "gap",
        "learn s",
        "total s",
        "reads",
      ],
      cells: neural,
    },
    { columns: ["equation", "count", "gap", "distance", "learn s", "total s", "formulas"], cells: library },
  ];
  const notes = [
    "Neural: 4 slots, fields periodic in x. Verdicts a(ccepted), a(pproximate), r(ejected) best first are told apart by the count. Largest angle: accepted span to the known periodic generators; with approximate: from each known generator to the span of accepted and approximate slots.",
    "Library: degree 2 in (x, t, u), 6 trajectories; learn is the second run in the process. Distance: Grassmann, in radians.",
  ];
  writeWhole(
    join(out, "equations.md"),
    `${questionOf(new URL(import.meta.url))}\n\n${tables.map(markdown).join("\n")}\n${notes.map((note) => `- ${note}`).join("\n")}\n`,
  );
  return { tables, notes };
});

/** Largest angle from the known periodic generators to the span of accepted and approximate slots, degrees. */
function withApproximate(learned) {
  const { record, chart } = learned;
  const spec = { name: record.task, parameters: {} };
  const known = record.task === "pde" ? null : knownGenerators(record.task, equationOf(spec).parameters, "periodic");
  const kept = fieldsOf(learned).filter((_, i) => record.generators[i].verdict !== "rejected");
  if (!known || kept.length < known.length) return null;
  let state = 7;
  const draw = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const points = Float64Array.from({ length: 3 * PLACES }, (_, i) => {
    const place = i % 3 === 2 ? draw() - 0.5 : draw(); // u about its mean
    return chart.offset[i % 3] + chart.scale[i % 3] * place;
  });
  const unit = (values) => values.map((v, i) => v / chart.scale[i % 3]);
  const truth = known.map((generator) =>
    unit(
      Float64Array.from(points, (_, i) => {
        const along = generator[chart.names[i % 3]];
        const row = i - (i % 3);
        return along ? evaluate(along, (name) => points[row + chart.names.indexOf(name)]) : 0;
      }),
    ),
  );
  const { radians } = principalAngles(
    truth,
    kept.map((field) => unit(field.value(points))),
  );
  return (Math.max(...radians) * 180) / Math.PI;
}
