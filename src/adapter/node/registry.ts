/** Which package registry this machine uses. */
import { execFile } from "node:child_process";
import { InputError } from "../../engine/error.js";

const PATIENCE = 10_000; // ms for npm to say its own

/** npm's setting in the environment, else what npm itself says; ends in "/". InputError where neither is an address. */
export async function registryAddress(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const set = env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY;
  const said = set ?? (await askNpm(env));
  if (said === null)
    throw new InputError("no registry is known: npm is not there to ask; set npm_config_registry to one's address");
  const address = URL.canParse(said) ? new URL(said) : null;
  if (address?.protocol !== "https:" && address?.protocol !== "http:")
    throw new InputError(
      `the registry is ${JSON.stringify(said)} but an http(s) address is expected; set npm_config_registry`,
    );
  return address.href.replace(/\/*$/, "/");
}

/** Null where there is no npm, or it says nothing. */
const askNpm = (env: NodeJS.ProcessEnv): Promise<string | null> =>
  new Promise((resolve) => {
    const shell = process.platform === "win32"; // npm is a script there
    execFile("npm", ["config", "get", "registry"], { timeout: PATIENCE, shell, env }, (error, stdout) => {
      const said = stdout?.trim() ?? "";
      resolve(error || said === "" || said === "undefined" ? null : said);
    });
  });
