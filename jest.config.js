/** Sources are TypeScript ESM, stripped of types by swc; `npm run build` must have made the kernels. */
const common = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } },
    ],
  },
};

export default {
  maxWorkers: 2,
  testTimeout: 900_000, // ms; whole runs are among the tests, and machines are shared
  projects: [
    { ...common, displayName: "test", testMatch: ["<rootDir>/test/**/*.test.ts"] },
    ...["long", "alone"].flatMap((displayName) =>
      process.env[`LIEFIELD_${displayName.toUpperCase()}`]
        ? [{ ...common, displayName, testMatch: [`<rootDir>/test/**/*.${displayName}.ts`] }]
        : [],
    ),
  ],
};
