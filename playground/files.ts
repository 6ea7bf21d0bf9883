/** Files in: one picked or dropped. */
import { inputOf } from "./element.js";

/** Calls for every file the user picks or drops on the page. */
export function onFile(take: (file: File) => void): void {
  const input = inputOf("file");
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) take(file);
    input.value = ""; // so that the same file can be picked again
  });
  const over = (on: boolean): void => void document.body.classList.toggle("dropping", on);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && over(false));
  document.addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    over(false);
    take(file);
  });
}
