/** An empty project that knows the package from its packed tarball only. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface Consumer {
  readonly directory: string;
  readonly tarball: string;
  /** A file of the project; gives its path. */
  write(path: string, text: string): string;
  remove(): void;
}

/**
 * Packs what is built and lays it out as `npm install` would: the tarball unpacked, its dependencies beside it, as links to the
 * ones installed here, so that no registry is asked.
 */
export function consumer(): Consumer {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "liefield-consumer-")));
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", directory], {
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const tarball = join(directory, filename);
  const home = join(directory, "node_modules", "liefield");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(dependencies)) {
    const link = join(directory, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve("node_modules", name), link, "dir");
  }
  const write = (path: string, text: string): string => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  return { directory, tarball, write, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}
