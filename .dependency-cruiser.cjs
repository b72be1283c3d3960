/**
 * The layout, as a rule that `npm run lint` checks: which folder may import from which. docs/adr and CONTRIBUTING.md say
 * why. An arrow points only down this list: stack-file ← spec ← clouds ← service ← index.ts.
 */
const clouds = ["aws", "alicloud"];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Two modules that import each other are one module in two files.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "not-to-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "stack-file-stands-alone",
      comment: "What a person writes knows nothing of the rest.",
      severity: "error",
      from: { path: "^components/stack-file/" },
      to: { path: "^(components|plan|bake|index)", pathNot: "^components/stack-file/" },
    },
    {
      name: "spec-is-types-only",
      comment: "spec.ts is types; it may name the stack file's types and nothing else of the project.",
      severity: "error",
      from: { path: "^components/spec\\.ts$" },
      to: { path: "^(components|plan|bake)", pathNot: "^components/stack-file/" },
    },
    {
      name: "baking-knows-no-cloud",
      severity: "error",
      from: { path: "^components/baking/" },
      to: { path: "^components/(clouds|service|resolve|checks|settings)" },
    },
    {
      name: "clouds-do-not-reach-up",
      comment: "A cloud implements the port. It does not know who calls it.",
      severity: "error",
      from: { path: "^components/clouds/" },
      to: {
        path: "^(components/(index|service|environment|release|image|traffic-split|gate|resolve|checks|settings)\\.ts|index\\.ts|plan/|bake/)",
      },
    },
    ...clouds.map((cloud) => ({
      name: `verify-${cloud}-knows-no-other-cloud`,
      severity: "error",
      from: { path: `^verify/checks/${cloud}/` },
      to: { path: `^(components/clouds|verify/checks)/(${clouds.filter((other) => other !== cloud).join("|")})/` },
    })),
    ...clouds.map((cloud) => ({
      name: `release-${cloud}-knows-no-other-cloud`,
      severity: "error",
      from: { path: `^release/${cloud}\\.ts$` },
      to: { path: `^(components/clouds|verify/checks)/(${clouds.filter((other) => other !== cloud).join("|")})/` },
    })),
    {
      name: "verify-judges-without-clouds",
      comment: "The judgement of recorded facts knows no cloud; main.ts loads the one that the stack is on.",
      severity: "error",
      from: { path: "^verify/(checks/)?[^/]+$", pathNot: "^verify/main\\.ts$" },
      to: { path: "^(components/clouds|verify/checks)/(aws|alicloud)/" },
    },
    ...clouds.map((cloud) => ({
      name: `${cloud}-knows-no-other-cloud`,
      severity: "error",
      from: { path: `^components/clouds/${cloud}/` },
      to: { path: `^components/clouds/(${clouds.filter((other) => other !== cloud).join("|")})/` },
    })),
    {
      name: "only-entry-points-know-the-clouds",
      comment: "index.ts and the library's index choose a cloud; nothing else names one.",
      severity: "error",
      from: { path: "^(components|plan|bake)/", pathNot: `^components/(index\\.ts$|clouds/(${clouds.join("|")})/)` },
      to: { path: `^components/clouds/(${clouds.join("|")})/` },
    },
    {
      name: "components-do-not-know-the-commands",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(plan|bake|verify|release|bench|docs|tests|index\\.ts)" },
    },
    {
      name: "plan-renders-what-it-derives",
      comment: "offline runs the program, derive turns it into facts, render prints them; no arrow back.",
      severity: "error",
      from: { path: "^plan/derive/" },
      to: { path: "^plan/render/" },
    },
    {
      name: "offline-only-runs-the-program",
      severity: "error",
      from: { path: "^plan/offline/" },
      to: { path: "^plan/(derive|render)/" },
    },
    {
      name: "double-stands-alone",
      comment: "The double imitates a cloud. It must not share code with what it tests.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(components|plan|bake|bench|docs|tests|index\\.ts)" },
    },
    {
      name: "no-production-code-from-tests",
      severity: "error",
      from: { path: "^(components|plan|bake|verify|release|index)" },
      to: { path: "^(tests|packages)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
