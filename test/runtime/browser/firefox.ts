/** Debian's Firefox without a window on a fresh profile. Nobody drives it: the page reports to its server. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIREFOX } from "../programs.js";

/** No first-run pages, no reports, no updates; and the site as proxy for all but itself, so that no request leaves the machine. */
const preferences = (proxy: URL): Readonly<Record<string, string | number | boolean>> => ({
  "browser.shell.checkDefaultBrowser": false,
  "browser.aboutwelcome.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.enabled": false,
  "app.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.proxy.type": 1,
  "network.proxy.http": proxy.hostname,
  "network.proxy.http_port": Number(proxy.port),
  "network.proxy.ssl": proxy.hostname,
  "network.proxy.ssl_port": Number(proxy.port),
});

/** Opens an address; `close` ends every process of the browser and removes the profile. */
export function openFirefox(address: string): { close(): Promise<void> } {
  const profile = mkdtempSync(join(tmpdir(), "liefield-firefox-"));
  const lines = Object.entries(preferences(new URL(address))).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const child = spawn(FIREFOX, ["--headless", "--no-remote", "--profile", profile, address], {
    detached: true, // a process group of its own, to be ended whole
    stdio: "ignore",
    env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: "1" },
  });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return {
    async close() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
