// Mocha adds the files named on the command line to `spec`; without this, `mocha tests/unit` would run every tier.
const named = process.argv
  .slice(2)
  .some(
    (argument, index, all) =>
      !argument.startsWith("-") && !/^-(g|f|R|t|-grep|-fgrep|-reporter|-timeout)$/.test(all[index - 1] ?? ""),
  );

module.exports = {
  // The types are checked by `npm run types`; tsx only strips them.
  require: ["tsx", "./tests/support/promise-traces.ts"],
  // A folder on the command line means the tests in it, not the files that they share.
  extension: ["test.ts"],
  recursive: true,
  ...(named ? {} : { spec: ["tests/**/*.test.ts", "packages/*/tests/**/*.test.ts"] }),
  // For what hangs, not for what is slow: many times what the longest test takes, on a slow and busy machine too.
  timeout: 900_000,
  "forbid-only": Boolean(process.env.CI),
};
