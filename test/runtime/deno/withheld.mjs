/** What the adapter says in Deno without any permission, as JSON. */
import { denoAdapter } from "../../../dist/adapter/deno/adapter.js";

const said = (work) =>
  work.then(
    () => "done",
    ({ name, message }) => `${name}: ${message}`,
  );
const adapter = denoAdapter();
console.log(
  JSON.stringify({
    read: await said(adapter.readFile("a/b.npz", 10)),
    write: await said(adapter.writeAtomic("a/b.npz", "x")),
    here: await said(adapter.writeAtomic("b.npz", "x")),
  }),
);
