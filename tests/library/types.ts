/** The types of the packed library in a program of its own: under each module resolution, and what an editor shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type LibraryPackage, Program, repository, templates } from "./support/package";

const image = `registry.example.com/orders@sha256:${"a".repeat(64)}`;

/** A program that uses everything public. */
const everything = `import * as pulumi from "@pulumi/pulumi";
import {
  type AlicloudOptions,
  type Cloud,
  type CloudOptions,
  Environment,
  ImmutableService,
  type ImmutableServiceArgs,
  type Problem,
  type ServiceArgs,
  type ServiceSpec,
  SettingsError,
  alicloud,
  aws,
  resolveService,
} from "immutable-service";

const here: CloudOptions = { region: "us-east-1" };
const there: AlicloudOptions = { region: "cn-hangzhou", project: "p", stack: "s", accountType: "International" };
const clouds: Cloud[] = [aws(here), alicloud(there)];
const host: pulumi.Output<string> = pulumi.output("database.example.com");
const service: ServiceArgs = {
  name: "orders",
  version: "1.4.2",
  compute: "container",
  image: { aws: "${image}", alicloud: "${image}" },
  instances: { min: 2, max: 6 },
  environment: { CATALOGUE: "spring", PAGE_SIZE: "20", DATABASE_HOST: host },
  secrets: { TOKEN: "arn:aws:ssm:us-east-1:123456789012:parameter/token" },
  scaling: [
    { metric: "cpu", target: 60 },
    { schedule: "0 8 * * MON-FRI", min: 4, max: 6 },
  ],
  network: { aws: { egress: "nat" }, alicloud: { zones: ["cn-hangzhou-h", "cn-hangzhou-i"] } },
  releases: [{ version: "1.4.1", image: "${image}", weight: 0 }],
};
const services = clouds.map((cloud) => {
  const spec: ServiceSpec = resolveService(service, cloud);
  const environment = new Environment(spec.name, { cloud, spec });
  const args: ImmutableServiceArgs = { cloud, spec, environment };
  return new ImmutableService(spec.name, args, { protect: true });
});
export const urls: pulumi.Output<string>[] = services.map(({ outputs }) => outputs.url);
export const ids: pulumi.Output<string>[] = services.map(({ outputs }) => outputs.release);
export function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof SettingsError ? error.problems : [];
}
`;

/** What a compiler and an editor make of them. */
export function itsTypes(packed: () => LibraryPackage): void {
  describe("the types of the library's package", () => {
    // The compiler runs again and again.
    let both: Program, onAws: Program;
    before(async () => {
      both = await Program.create(packed(), ["@pulumi/aws", "@pulumi/alicloud"]);
      onAws = await Program.create(packed(), ["@pulumi/aws"]);
      both.write("index.ts", everything);
      onAws.write("index.ts", everything);
    });
    after(() => {
      for (const made of [both, onAws]) made.remove();
    });

    const resolutions = { ...templates, bundler: { module: "esnext", moduleResolution: "bundler" } };
    for (const [name, options] of Object.entries(resolutions)) {
      it(`compiles with Pulumi's template, module resolution ${options.moduleResolution}, libraries checked (${name})`, () => {
        both.configure(options);
        assert.deepEqual(both.typeCheck(), []);
      });
    }

    it("compiles in a program that has one cloud's SDK", () => {
      assert.deepEqual(onAws.typeCheck(), []);
    });

    it("refuses unknown fields, wrong words and wrong types at compile time", () => {
      const wrong = {
        "instance: {}": "'instance' does not exist in type 'ServiceArgs'",
        'architecture: "arm"': `Type '"arm"' is not assignable to type`,
        'health: { interval: "5s" }': "Type 'string' is not assignable to type 'number'",
        'network: { egres: "nat" }': "'egres' does not exist in type",
      };
      const calls = Object.keys(wrong).map(
        (field) => `resolveService({ name: "orders", version: "1", compute: "vm", image: "ami-1", ${field} }, cloud);`,
      );
      both.write(
        "index.ts",
        [
          'import { aws, resolveService } from "immutable-service";',
          'const cloud = aws({ region: "us-east-1" });',
          ...calls,
        ].join("\n"),
      );
      const complaints = both.typeCheck().filter((line) => line.startsWith("index.ts"));
      both.write("index.ts", everything);
      assert.equal(complaints.length, calls.length, complaints.join("\n"));
      for (const [index, complaint] of Object.values(wrong).entries())
        assert.ok(
          complaints[index]?.startsWith(`index.ts(${index + 3},`) && complaints[index].includes(complaint),
          complaints[index],
        );
    });

    it("compiles the README's program", () => {
      const readme = readFileSync(join(repository, "README.md"), "utf8");
      const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, program = ""]) =>
        program.includes('from "immutable-service"') ? [program] : [],
      );
      assert.ok(programs.length > 0, "the README shows no program");
      for (const program of programs) {
        onAws.write("index.ts", program);
        assert.deepEqual(onAws.typeCheck(), []);
      }
    });

    it("documents every field of the arguments in the editor", () => {
      const program = ts.createProgram([join(both.folder, "index.ts")], {
        strict: true,
        module: ts.ModuleKind.NodeNext,
        noEmit: true,
      });
      const checker = program.getTypeChecker();
      const types = program.getSourceFile(
        join(both.folder, "node_modules/immutable-service/dist/stack-file/types.d.ts"),
      );
      assert.ok(types, "the types are not where the program finds them");
      const undocumented: string[] = [];
      const interfaces: string[] = [];
      ts.forEachChild(types, (node) => {
        if (!ts.isInterfaceDeclaration(node)) return;
        interfaces.push(node.name.text);
        for (const property of checker.getTypeAtLocation(node).getProperties())
          if (property.getDocumentationComment(checker).length === 0)
            undocumented.push(`${node.name.text}.${property.name}`);
      });
      assert.ok(interfaces.includes("ServiceArgs") && interfaces.includes("HealthArgs"));
      assert.deepEqual(undocumented, []);
    });
  });
}
