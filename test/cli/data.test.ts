import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { liefield, quickWork } from "./terminal.js";

describe("liefield data", () => {
  test("fetches, says what is there, and with --json says it as one object", async () => {
    const { code, out, err } = await liefield(["data", "mnist"]);
    expect([code, out]).toEqual([0, ""]);
    expect(err).toBe("mnist: 20 images to learn from and 7 held out, 4 × 5 × 1, checked\n");
    const { out: json } = await liefield(["data", "cifar10", "--json"]);
    expect(JSON.parse(json)).toMatchObject({ schema: 1, data: "cifar10", train: 20, held: 7, height: 4, width: 5 });
  });
  test("shows how much has come", async () => {
    const images: typeof quickWork.images = (name, adapter, hooks) => {
      for (let done = 0; done <= 4; done++) hooks.progress?.(done * 2 ** 20, 4 * 2 ** 20);
      return quickWork.images(name, adapter, hooks);
    };
    expect((await liefield(["data", "mnist"], { work: { images } })).err).toMatch(/50 % {2}2 MiB of 4 MiB/);
  });
  test.each<[string[], string]>([
    [[], "a data set is expected but none came; data sets: mnist, cifar10"],
    [["mnits"], 'there is no data set "mnits"; did you mean mnist? Data sets: mnist, cifar10'],
    [["mnist", "cifar10"], '"cifar10" is one argument too many'],
  ])("with %j says what is expected and exits 2", async (words, message) => {
    const { code, err } = await liefield(["data", ...words]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
  test("exits 2 where the data cannot be had", async () => {
    const images = async () => Promise.reject(new InputError("https://a/ cannot be reached; go online"));
    const { code, err } = await liefield(["data", "mnist"], { work: { images } });
    expect([code, err]).toEqual([2, "liefield: https://a/ cannot be reached; go online\n"]);
  });
});
