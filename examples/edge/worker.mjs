/**
 * Learned symmetries as a service, for workerd and Cloudflare Workers: moves points, and whole trajectories, along the generators of a run. The
 * run's field.safetensors is the binding FIELD; kernels are a module of the deployment, since the runtime compiles no bytes.
 *
 * Other origins' pages cannot call it: no CORS header is ever sent, and no preflight answered. Put it behind your own server, or add the
 * origins you mean.
 */
import { InputError, randomAmounts, readField, resample, simdKernels, trajectoriesOf } from "liefield";
import kernels from "liefield/kernels.wasm";
import { amountsOf, arrayOf, jsonOf, numberOf, Refusal, rowsOf } from "./request.mjs";

/**
 * What one request may ask for. The clock stands still while a request computes, so time is bounded by bounding the work: at the most that
 * these allow a request takes 5 s of one core (1.6 s as measured) and 128 MB more than workerd itself (test/runtime/workerd/edge.test.ts).
 */
const limits = {
  bytes: 2 ** 21, // of a body
  points: 20_000, // of /flow
  places: 40_000, // nt · nx of /augment
  flowSteps: 40, // of a twentieth of the data's extent each: how far |s| may move points
  augmentSteps: 10, // and trajectories
};

const routes = {
  "/": { GET: describe },
  "/flow": { POST: flow },
  "/augment": { POST: augment },
};

export default {
  async fetch(request, env) {
    try {
      const { pathname } = new URL(request.url);
      if (!Object.hasOwn(routes, pathname))
        throw new Refusal(404, `there is no ${pathname}; ask ${Object.keys(routes).join(", ")}`);
      const methods = routes[pathname];
      if (!Object.hasOwn(methods, request.method)) {
        const allow = Object.keys(methods).join(", ");
        throw new Refusal(405, `${pathname} takes ${allow}, not ${request.method}`, { allow });
      }
      const body = request.method === "POST" ? await jsonOf(request, limits.bytes) : {};
      return answer(200, await methods[request.method](await loaded(env), body));
    } catch (error) {
      if (error instanceof Refusal) return answer(error.status, { error: error.message }, error.headers);
      if (error instanceof InputError) return answer(400, { error: error.message });
      console.error(error);
      return answer(500, { error: "an unexpected error; it is in the log" });
    }
  },
};

const answer = (status, body, headers = {}) =>
  Response.json(body, {
    status,
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff", ...headers },
  });

let stored; // once per isolate, with the kernels' memory

/** The field and its engine. A file that cannot be used is the deployment's fault, not the request's. */
function loaded({ FIELD }) {
  stored ??= (async () => {
    const engine = await simdKernels(kernels);
    return { engine, ...readField(new Uint8Array(FIELD), { kernels: engine, limit: 2 ** 24 }) };
  })();
  return stored.catch((error) => {
    stored = undefined;
    throw new Error(`the binding FIELD cannot be used: ${error.message}`, { cause: error });
  });
}

/** GET /: what is served, and how much of it. */
function describe({ task, version, generators, verdicts }) {
  return { task, version, coordinates: generators.coordinates, verdicts, limits };
}

/** POST /flow { points: [[x, t, u], …], s, generator: 1 … or combination: [weights] } → the points moved by exp(s Σ weight V). */
function flow({ generators }, body) {
  const { points, ...more } = fields(body, ["points", "s", "generator", "combination"]);
  const rows = rowsOf("points", points, generators.coordinates.length, limits.points);
  const map = generators.flow(within(generators, amountsOf(more, generators.fields.length), limits.flowSteps));
  const moved = map.move(rows);
  return { points: table(moved, generators.coordinates.length), outside: map.outside(moved), steps: map.steps };
}

/**
 * POST /augment { u: [nt][nx], t: [nt], L or x: [nx], and s with generator or combination, or seed and reach } → the trajectory moved and
 * back on its grid; null where it is not known. With a seed each accepted generator is given its own s in [−reach, reach).
 */
function augment({ generators, verdicts, engine }, body) {
  const { u, t, x, L, seed, reach, ...more } = fields(body, [
    ...["u", "t", "x", "L", "seed", "reach", "s", "generator", "combination"],
  ]);
  if (generators.coordinates.length !== 3)
    throw new Refusal(400, `the field acts on ${generators.coordinates.join(", ")}; /augment is for x, t and u`);
  const times = arrayOf("t", t, limits.places);
  const width = Array.isArray(u) && Array.isArray(u[0]) ? u[0].length : 0;
  const values = rowsOf("u", u, width, Math.floor(limits.places / Math.max(1, width)));
  const arrays = new Map([
    ["u", { shape: [1, values.length / width, width], data: values }],
    ["t", { shape: [times.length], data: times }],
  ]);
  if (x !== undefined) {
    const places = arrayOf("x", x, limits.places);
    arrays.set("x", { shape: [places.length], data: places });
  }
  if (L !== undefined) arrays.set("L", { shape: [], data: Float64Array.of(numberOf("L", L)) });
  const data = trajectoriesOf(arrays, undefined, { n: 1, nt: 8, nx: 8 });
  if (seed === undefined && reach !== undefined) throw new Refusal(400, "reach is for seed; pass both, or s");
  const wanted = seed === undefined ? amountsOf(more, verdicts.length) : drawn({ seed, reach, ...more }, verdicts);
  const amounts = within(generators, wanted, limits.augmentSteps);
  const { u: moved, kept, folded, outside, seam } = resample(engine, data, generators, amounts);
  if (folded > 0)
    throw new Refusal(400, `moved so far the solution folds over ${percent(folded)} of its cells; pass a smaller s`);
  return { u: table(moved, width), kept, outside, seam, amounts: [...amounts] };
}

function drawn({ seed, reach, ...others }, verdicts) {
  const both = Object.keys(others).find((name) => others[name] !== undefined);
  if (both !== undefined) throw new Refusal(400, `${both} and seed came; pass one of them`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Refusal(400, "seed must be a whole number from 0");
  const most = numberOf("reach", reach);
  if (!(most > 0)) throw new Refusal(400, `reach is ${most}; pass a positive number`);
  return randomAmounts(
    seed,
    verdicts.map((verdict) => (verdict === "accepted" ? most : 0)),
  );
}

/** The amounts, if their flow takes no more than `most` steps. */
function within(generators, amounts, most) {
  const { steps } = generators.flow(amounts);
  if (steps > most)
    throw new Refusal(
      400,
      `this flow takes ${steps} steps but ${most} are allowed; pass an s of at most ${percent(most / steps)} of that`,
    );
  return amounts;
}

/** The body's entries, if there are no others. */
function fields(body, names) {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Refusal(400, `${JSON.stringify(unknown.slice(0, 40))} is not known here; pass ${names.join(", ")}`);
  return body;
}

const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

const table = (numbers, width) =>
  Array.from({ length: numbers.length / width }, (_, i) => Array.from(numbers.subarray(i * width, (i + 1) * width)));
