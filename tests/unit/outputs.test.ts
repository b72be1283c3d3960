/** Outputs of other resources as values, references and ids: a program that imports the library may give them. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import { SettingsError } from "../../components/stack-file/problems";
import type { ServiceArgs } from "../../components/stack-file/schema";
import { isInput } from "../../components/stack-file/values";
import { clouds, computes, wholeService } from "../support/clouds";
import { type Recording, run } from "../support/monitor";
import { digest, resolved } from "../support/service";

const idOf = (changes: Partial<ServiceArgs>) => resolved(changes).releases[0].id;
const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3";

/** A resource of another program, whose outputs a preview does not know. */
class Other extends pulumi.CustomResource {
  static readonly type = "test:index:Other";

  constructor() {
    super(Other.type, "other", {});
  }
}

describe("outputs in a service's description", () => {
  it("are in the release's id by their names, never by their values", () => {
    const host = (value: pulumi.Input<string>) => idOf({ environment: { HOST: value } });
    assert.equal(host(pulumi.output("one")), host(pulumi.output("two")));
    assert.equal(host(pulumi.secret("one")), host(Promise.resolve("two")));
    assert.notEqual(host(pulumi.output("one")), host("one"));
    assert.notEqual(host(pulumi.output("one")), idOf({ environment: { NAME: pulumi.output("one") } }));
    assert.notEqual(host(pulumi.output("one")), idOf({}));
    assert.equal(idOf({ secrets: { T: pulumi.output(arn) } }), idOf({ secrets: { T: pulumi.output(`${arn}x`) } }));
  });

  it("are listed with the release, and reach the spec as they are", () => {
    const host = pulumi.output("db.example.com");
    const { heldInputs, shape } = resolved({
      environment: { PLAIN: "1", HOST: host, ADDRESS: Promise.resolve("x") },
      secrets: { B: pulumi.output(arn), A: { aws: pulumi.output(arn) }, C: arn },
    }).releases[0];
    assert.deepEqual(heldInputs, ["environment.ADDRESS", "environment.HOST", "secrets.A", "secrets.B"]);
    assert.equal(shape.environment.HOST, host);
    assert.equal(shape.environment.PLAIN, "1");
    // A promise that a program drops would be an unhandled rejection; an output keeps it.
    assert.ok(pulumi.Output.isInstance(shape.environment.ADDRESS));
    assert.deepEqual(resolved().releases[0].heldInputs, []);
  });

  it("make two releases equal whose plain fields are", () => {
    const environment = (value: string) => ({ HOST: pulumi.output(value) });
    assert.throws(
      () =>
        resolved({
          environment: environment("one"),
          releases: [{ version: "1.4.2", image: digest("a"), weight: 1, environment: environment("two") }],
        }),
      /releases\[0\]: is the same release/,
    );
  });

  it("are never printed, not even in the place of a mapping", () => {
    const secret = pulumi.secret("swordfish");
    const misplaced = { health: secret, size: { cpu: secret }, command: [secret], tags: secret, image: secret };
    for (const service of [
      ...Object.entries(misplaced).map(([field, value]) => ({ [field]: value })),
      { environment: { A: secret, "not a name": secret }, secrets: { A: secret } },
    ])
      assert.throws(
        () => resolved(service),
        (error) => error instanceof SettingsError && !/swordfish|Calling \[/.test(error.message),
        Object.keys(service).join(),
      );
  });

  it("pass wherever references and ids are expected, and strings beside them are checked", () => {
    const output = pulumi.output("anything");
    const spec = resolved({
      tls: { certificate: output },
      network: { vpcId: output, privateSubnetIds: [output, output], publicSubnetIds: [output, "subnet-1"] },
      policyArns: [output, "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess", output],
    });
    assert.ok(isInput(spec.certificate));
    assert.ok("vpcId" in spec.network && isInput(spec.network.vpcId));
    assert.equal(spec.policyArns.filter(isInput).length, 2);
    assert.throws(
      () => resolved({ network: { vpcId: output, privateSubnetIds: [output, "x"] }, policyArns: [output, "x"] }),
      /privateSubnetIds\[1\][\s\S]*policyArns\[1\]/,
    );
  });

  for (const [name, cloud] of Object.entries(clouds)) {
    for (const compute of computes) {
      describe(`on ${name}, ${compute}`, () => {
        const here = cloud.make();
        const offersSecrets = here.platforms[compute].capabilities.secrets.offered;
        const subnets = name === "aws" ? ["subnet-1", "subnet-2"] : ["vsw-1", "vsw-2"];
        const publicSubnets = name === "aws" ? ["subnet-4", "subnet-3"] : ["vsw-2", "vsw-1"];

        /** The same service, whose values and references are plain or outputs of another resource. */
        const deploy = async (kind: "plain" | "outputs", preview = false): Promise<Recording> => {
          const recording = await run(
            () => {
              const other = new Other();
              const as = (value: string) => (kind === "plain" ? value : other.id.apply(() => value));
              const [one, two] = subnets.map(as);
              const service = wholeService(cloud, compute, {
                environment: { HOST: as("db.example.com") },
                ...(offersSecrets ? { secrets: { TOKEN: as(cloud.secret) } } : {}),
                tls: { certificate: as(cloud.certificate) },
                network: {
                  vpcId: as("vpc-1"),
                  privateSubnetIds: [one ?? "", two ?? ""],
                  publicSubnetIds: publicSubnets.map(as),
                },
              });
              const spec = resolveService(service, here);
              new ImmutableService(spec.name, { cloud: here, spec });
            },
            {
              outputsOf: (resource) => (resource.type === Other.type ? {} : cloud.outputsOf(resource)),
              preview,
            },
          );
          assert.equal(recording.error, undefined);
          return recording;
        };
        // Names have the release's id or a mark of the network.
        const types = ({ resources }: Recording) => resources.map(({ type }) => type).sort();
        const holder = "pulumi-nodejs:dynamic/immutable-service:HeldInputs";

        it("they give the resources that strings give, one that holds the values, and their values", async () => {
          const [plain, outputs] = [await deploy("plain"), await deploy("outputs")];
          assert.deepEqual(types(outputs), [...types(plain), holder].sort());
          assert.equal(cloud.variables(outputs.resources, compute).HOST, "db.example.com");
          const all = JSON.stringify(outputs.resources.map(({ inputs }) => ({ ...inputs, __provider: "" })));
          for (const value of ["vpc-1", ...subnets, cloud.certificate, ...(offersSecrets ? [cloud.secret] : [])])
            assert.ok(all.includes(value), value);
          assert.doesNotMatch(all, /undefined|\[object|Calling \[/);
        });

        it("they may be unknown in a preview", async () => {
          assert.deepEqual(
            types(await deploy("outputs", true)),
            [...types(await deploy("plain", true)), holder].sort(),
          );
        });
      });
    }
  }

  it("are references to either secret store of AWS, so that a network without internet access reaches both", async () => {
    const cloud = clouds.aws;
    const endpoints = async (reference: pulumi.Input<string>) => {
      const { resources } = await run(
        () => {
          const secrets = { TOKEN: reference };
          const spec = resolveService(
            wholeService(cloud, "container", { secrets, network: { egress: "endpoints" } }),
            cloud.make(),
          );
          new ImmutableService(spec.name, { cloud: cloud.make(), spec });
        },
        { outputsOf: cloud.outputsOf },
      );
      return resources.map(({ name }) => name).filter((one) => /-(secretsmanager|ssm)$/.test(one));
    };
    assert.deepEqual(await endpoints(arn), ["bookstore-secretsmanager"]);
    assert.deepEqual(await endpoints(pulumi.output(arn)), ["bookstore-secretsmanager", "bookstore-ssm"]);
  });
});
