/** The package's version, as in package.json (test/version.test.ts). */
export const version = "0.6.0";
