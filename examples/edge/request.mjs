/** A request's body, not trusted: read up to a limit, and every entry looked at before it is used. */

/** What a request is refused with. */
export class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const bad = (message) => new Refusal(400, message);

/** The object that a body is as JSON. Reading stops at `limit` bytes, whatever length the request declares. */
export async function jsonOf(request, limit) {
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase();
  if (type !== "application/json")
    throw new Refusal(415, `the body is ${type || "of no type"}; send content-type: application/json`);
  const text = await textOf(request, limit);
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw bad("the body is not JSON in UTF-8; send one object");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw bad("the body is no object; send one");
  return body; // entries are the object's own, a "__proto__" too
}

async function textOf(request, limit) {
  const tooLong = () => new Refusal(413, `the body has more than ${limit} bytes; send fewer points`);
  if (Number(request.headers.get("content-length")) > limit) throw tooLong();
  const reader = request.body?.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for (let part = await reader?.read(); part?.value; part = await reader.read()) {
    bytes += part.value.length;
    if (bytes > limit) {
      await reader.cancel();
      throw tooLong();
    }
    text += decoded(decoder, part.value);
  }
  return text + decoded(decoder);
}

function decoded(decoder, bytes) {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw bad("the body is not JSON in UTF-8; send one object");
  }
}

const shown = (value) =>
  value === undefined ? "missing" : typeof value === "number" ? String(value) : JSON.stringify(value).slice(0, 40);

/** A finite number. */
export function numberOf(name, value) {
  if (!Number.isFinite(value)) throw bad(`${name} is ${shown(value)}; pass a finite number`);
  return value;
}

/** A list of finite numbers, 1 to `most`. */
export function arrayOf(name, value, most) {
  if (!Array.isArray(value) || value.length < 1) throw bad(`${name} is ${shown(value)}; pass a list of numbers`);
  if (value.length > most) throw bad(`${name} has ${value.length} entries; pass at most ${most}`);
  return Float64Array.from(value, (entry, i) => numberOf(`${name}[${i}]`, entry));
}

/** Rows of `width` finite numbers, 1 to `most`, one after the other. */
export function rowsOf(name, value, width, most) {
  if (!Array.isArray(value) || value.length < 1 || width < 1)
    throw bad(`${name} is ${shown(value)}; pass a list of rows of numbers`);
  if (value.length > most) throw bad(`${name} has ${value.length} rows of ${width}; pass at most ${most}`);
  const out = new Float64Array(value.length * width);
  value.forEach((row, i) => {
    if (!Array.isArray(row) || row.length !== width)
      throw bad(`${name}[${i}] is ${shown(row)}; pass rows of ${width} numbers`);
    row.forEach((entry, a) => {
      out[i * width + a] = numberOf(`${name}[${i}][${a}]`, entry);
    });
  });
  return out;
}

/** s times one generator, counted from 1, or times a weight for each. */
export function amountsOf({ s, generator, combination }, count) {
  const size = numberOf("s", s);
  if ((generator === undefined) === (combination === undefined))
    throw bad("pass generator, a number from 1, or combination, a weight for each generator");
  if (combination !== undefined) {
    const weights = arrayOf("combination", combination, count);
    if (weights.length !== count)
      throw bad(`combination has ${weights.length} weights; pass ${count}, one for each generator`);
    return weights.map((weight) => numberOf("s · combination", size * weight));
  }
  if (!(Number.isInteger(generator) && generator >= 1 && generator <= count))
    throw bad(`generator is ${shown(generator)}; pass 1 to ${count}`);
  return Float64Array.from({ length: count }, (_, k) => (k === generator - 1 ? size : 0));
}
