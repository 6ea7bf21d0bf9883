import { expect, test } from "@jest/globals";
import { kills } from "./kills.js";

const SEED = 1;

test("200 runs killed at random moments and gone on end as the one left alone", async () => {
  const said = await kills(200, SEED);
  console.log(`seed ${SEED}: ${JSON.stringify(said)}`);
  expect(said).toMatchObject({ runs: 200, different: 0, strange: [] });
  expect(said.killed).toBeGreaterThan(100);
  expect(said.resumed).toBeGreaterThan(20);
}, 7_200_000);
