import assert from "node:assert/strict";
import { committedProject, stackFile } from "./project";

describe("the plan's exit status", () => {
  const made = committedProject();

  const statusOf = async (text: string, ...options: string[]) => {
    made.project.write("Pulumi.dev.yaml", text);
    const { code, stdout } = await made.project.plan("--against", made.commit, ...options);
    return { code, stdout };
  };
  const network = (fields: string) => `${stackFile}    network: {${fields}}\n`;

  for (const [status, what, text] of [
    [0, "nothing changes", stackFile],
    [1, "pulumi up refuses the change", network("cidr: 10.1.0.0/16")],
    [1, "the stack file has problems", stackFile.replace("cpu: 0.5", "cpu: half")],
    [2, "something changes in place", stackFile.replace("max: 6", "max: 8")],
    [2, "a release changes", stackFile.replace("1.4.2", "1.5.0")],
    [3, "addresses change", network("egress: nat")],
    [3, "data is deleted", stackFile.replace("retentionDays: 30", "retentionDays: 7")],
  ] as const)
    it(`with --detailed-exitcode is ${status} if ${what}`, async () => {
      assert.equal((await statusOf(text, "--detailed-exitcode")).code, status);
    });

  it("without it is 0 whatever changes, also if pulumi up refuses it, and the plan says so", async () => {
    const { code, stdout } = await statusOf(network("cidr: 10.1.0.0/16"));
    assert.equal(code, 0);
    assert.match(stdout, /^Changes against .* refused$/m);
  });

  it("is never that of a change for an invalid option", async () => {
    const { code, stderr } = await made.project.plan("--detailed-exitcode");
    assert.equal(code, 1);
    assert.match(stderr, /--detailed-exitcode needs --against/);
    assert.equal((await made.project.plan("--detailed-exitcod")).code, 2);
  });
});
