import js from "@eslint/js";
import tseslint from "typescript-eslint";

const cloudSdks = { aws: "@pulumi/aws", alicloud: "@pulumi/alicloud" };
const noImport = (...names) => [
  "error",
  {
    paths: names.map((name) => ({ name, message: "A cloud's SDK belongs in that cloud's folder." })),
    patterns: names.map((name) => ({ group: [`${name}/*`], message: "A cloud's SDK belongs in that cloud's folder." })),
  },
];

// What runs in the dynamic provider's process is in *.remote.ts: the clients of the clouds, and no resource.
const remoteOnly = [
  { regex: "^(@aws-sdk/|@smithy/|@alicloud/|proxy-agent$)", message: "A cloud's client belongs in a *.remote.ts." },
  {
    regex: "\\.remote$",
    allowTypeImports: true,
    message: "A remote module runs in another process: import its types.",
  },
];
const noPulumi = { regex: "^@pulumi/", allowTypeImports: true, message: "A remote module registers no resources." };
const noClient = (name) => ({ regex: `^${name}/`, message: "A cloud knows no other cloud." });
const noTypeScriptImport = (...patterns) => ({ "@typescript-eslint/no-restricted-imports": ["error", { patterns }] });

export default tseslint.config(
  {
    ignores: [
      "node_modules/**",
      "dist/**",
      "**/*.js",
      "eslint.config.mjs",
      ".mocharc.cjs",
      ".dependency-cruiser.cjs",
      ".pulumi-home/**",
      ".state/**",
      ".venv/**",
      ".cache/**",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300, skipComments: true, skipBlankLines: true }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", prefer: "type-imports" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An output in a template would print "Calling [toString] on an Output"; pulumi.interpolate is meant.
      "@typescript-eslint/no-base-to-string": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.property.name='apply'] NewExpression[callee.object.object.name=/^(aws|alicloud)$/]",
          message: "A resource made inside apply is hidden from the preview.",
        },
        {
          selector: "NewExpression[callee.property.name='Config']",
          message:
            "Only components/settings.ts reads configuration, and each cloud's settings.ts that cloud's own keys.",
        },
      ],
    },
  },
  {
    files: ["components/*.ts", "components/{stack-file,baking}/**", "components/clouds/*.ts", "plan/**"],
    rules: { "no-restricted-imports": noImport(...Object.values(cloudSdks)) },
  },
  { files: ["components/clouds/aws/**"], rules: { "no-restricted-imports": noImport(cloudSdks.alicloud) } },
  { files: ["components/clouds/alicloud/**"], rules: { "no-restricted-imports": noImport(cloudSdks.aws) } },
  {
    files: ["index.ts", "components/**", "plan/**", "bake/**"],
    ignores: ["**/*.remote.ts"],
    rules: noTypeScriptImport(...remoteOnly),
  },
  { files: ["components/**/*.remote.ts"], rules: noTypeScriptImport(noPulumi, noClient("(@aws-sdk|@alicloud)")) },
  { files: ["components/clouds/aws/*.remote.ts"], rules: noTypeScriptImport(noPulumi, noClient("@alicloud")) },
  { files: ["components/clouds/alicloud/*.remote.ts"], rules: noTypeScriptImport(noPulumi, noClient("@aws-sdk")) },
  { files: ["components/settings.ts", "components/clouds/**/settings.ts"], rules: { "no-restricted-syntax": "off" } },
  // Written by `npm run docs`.
  { files: ["components/stack-file/types.ts"], rules: { "max-lines": "off" } },
  { files: ["tests/**"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
