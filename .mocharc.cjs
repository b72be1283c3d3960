// Mocha adds the files named on the command line to `spec`; without this, `mocha tests/unit` would run every tier.
const named = process.argv
  .slice(2)
  .some(
    (argument, index, all) =>
      !argument.startsWith("-") && !/^-(g|f|R|t|-grep|-fgrep|-reporter|-timeout)$/.test(all[index - 1] ?? ""),
  );

module.exports = {
  // The types are checked by `npm run types`; tsx only strips them.
  require: ["tsx"],
  // A folder on the command line means the tests in it, not the files that they share.
  extension: ["test.ts"],
  recursive: true,
  ...(named ? {} : { spec: ["tests/**/*.test.ts", "packages/*/tests/**/*.test.ts"] }),
  // Enough for a program on the in-process monitor on a busy machine. The engine's and the traffic's tests set their own.
  timeout: 60_000,
  "forbid-only": Boolean(process.env.CI),
};
