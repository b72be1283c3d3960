import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, cpSync, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnsibleArchive, ansibleArchive } from "../../components/baking/ansible-archive";
import { signedUrl } from "../../components/clouds/alicloud/oss-signature.remote";
import { commandLimit, playbookScript, testScript } from "../../components/clouds/alicloud/bake-scripts";
import { readBuild } from "../../components/baking/build";
import { runScript } from "../support/scripted-machine";

const repository = join(__dirname, "../..");
const artifact = "the application";

describe("the scripts that a bake on Alibaba Cloud runs on its machines", () => {
  const root = mkdtempSync(join(tmpdir(), "recipe-"));
  let archive: AnsibleArchive;
  let server: Server;
  let address = "";
  const served = { content: Buffer.alloc(0) };
  const temporary = () =>
    readdirSync("/var/tmp")
      .filter((name) => name.startsWith("image."))
      .sort();

  before(async () => {
    for (const part of ["ansible", "container", "versions.json"])
      cpSync(join(repository, "images", part), join(root, "images", part), { recursive: true });
    writeFileSync(
      join(root, "images/ansible/test.sh"),
      '#!/bin/sh\necho "tested with $(cat "$(dirname "$0")/../app/target/bookstore.war")"\n',
      { mode: 0o755 },
    );
    mkdirSync(join(root, "out"));
    writeFileSync(join(root, "out/app.war"), artifact);
    const build = {
      folder: "images",
      artifact: "out/app.war",
      from: "debian_12_9_x64_20G_alibase_20250117.vhd",
      arguments: { runtime_maven_central: "https://maven.example.com" },
      keep: 10,
    };
    archive = ansibleArchive(readBuild(build, { compute: "vm", architecture: "x86_64" }, root), root);
    served.content = readFileSync(archive.path);
    server = createServer((_request, response) => {
      response.end(served.content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive?a=1&b=%2F`;
  });
  after(() => {
    server.close();
    rmSync(root, { recursive: true, force: true });
    rmSync(archive.path, { force: true });
  });
  const sent = (script: string) => `archive='${address}'\n${script}`;

  it("are valid in any POSIX shell and within Cloud Assistant's size limit", () => {
    for (const script of [playbookScript("0".repeat(64), "cn-hangzhou"), testScript("0".repeat(64))]) {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: sent(script), encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
      // The address may have 4 KiB; most of it is the token of a role.
      assert.ok(((script.length + 4096) * 4) / 3 < commandLimit);
    }
  });

  it("fetch the whole Ansible tree, and run the playbook in it with the build's arguments and this cloud", async () => {
    const before = temporary();
    const { exitCode, output, calls, forgot } = await runScript(
      sent(playbookScript(archive.sha256, "ap-southeast-1")),
      {
        env: { NO_PROXY: "127.0.0.1" },
      },
    );
    assert.equal(exitCode, 0, output);
    assert.equal(output, "the playbook is done\n");
    const playbook = calls.find((call) => call.startsWith("ansible-playbook")) ?? "";
    assert.match(
      playbook,
      /^ansible-playbook site\.yml -e log_agent_alicloud_region=ap-southeast-1 -e @\S+\/arguments\.json -e cloud=alicloud$/,
    );
    assert.ok(calls.includes(`${createHash("sha256").update(artifact).digest("hex")}  -`));
    assert.ok(calls.some((call) => call.includes('"runtime_maven_central": "https://maven.example.com"')));
    assert.ok(calls.findIndex((call) => /^apt-get .* install ansible-core$/.test(call)) < calls.indexOf(playbook));
    assert.ok(calls.findIndex((call) => /^apt-get .* purge ansible-core$/.test(call)) > calls.indexOf(playbook));
    assert.ok(forgot, "the script's own file, with the address in it, is still there");
    assert.deepEqual(temporary(), before);
  });

  for (const [tool, message] of [
    ["ansible-playbook", "the playbook failed"],
    ["apt-get", "the package lists cannot be fetched"],
    ["cloud-init", "cloud-init cannot forget this machine"],
  ] as const) {
    it(`fail with the end of the output when ${tool} fails`, async () => {
      const { exitCode, output } = await runScript(sent(playbookScript(archive.sha256, "cn-hangzhou")), {
        fails: tool,
        env: { NO_PROXY: "127.0.0.1" },
      });
      assert.equal(exitCode, 1);
      assert.ok(output.startsWith(message) && output.includes(`${tool} is broken`), output);
    });
  }

  it("run the image's test from the same archive", async () => {
    const { exitCode, output } = await runScript(sent(testScript(archive.sha256)), { env: { NO_PROXY: "127.0.0.1" } });
    assert.deepEqual([exitCode, output], [0, `tested with ${artifact}\n`]);
  });

  it("fail on an archive with another hash and on one that cannot be fetched", async () => {
    served.content = Buffer.concat([served.content, Buffer.from("more")]);
    const other = await runScript(sent(playbookScript(archive.sha256, "cn-hangzhou")), {
      env: { NO_PROXY: "127.0.0.1" },
    });
    assert.notEqual(other.exitCode, 0);
    assert.match(other.output, /FAILED|did NOT match/);
    assert.deepEqual(other.calls, [""]);
    const none = await runScript(`archive='http://127.0.0.1:9/none'\n${testScript(archive.sha256)}`, {
      env: { NO_PROXY: "127.0.0.1" },
    });
    assert.notEqual(none.exitCode, 0);
    assert.match(none.output, /Connection refused/);
  });
});

describe("the archive's address for a bake on Alibaba Cloud", () => {
  // The signatures of Alibaba Cloud's client for Node.js, ali-oss 6.23.0, for the same object, time and credentials.
  const vectors = [
    { securityToken: undefined, signature: "569f931b29f36010574ab646fbf3ad15b605e0b3a4bd1dcb9a24f24dd988fcf6" },
    {
      securityToken: "CAIS+token/with=signs",
      signature: "d504ab44c3032ac3b98629807ca06f34016735b4cfc3c0b1640b49953e840245",
    },
  ];
  const now = global.Date;
  before(() => {
    const fixed = now.parse("2026-03-01T10:20:30Z");
    global.Date = class extends now {
      constructor() {
        super(fixed);
      }
    } as DateConstructor;
  });
  after(() => {
    global.Date = now;
  });

  for (const { securityToken, signature } of vectors) {
    it(`has the signature of the vendor's client ${securityToken === undefined ? "with keys" : "with a role's credentials"}`, () => {
      const object = { bucket: "bookstore-image-0a1b2c3d", object: "abc123.tar", region: "cn-hangzhou" };
      const keys = { accessKeyId: "LTAIexample", accessKeySecret: "secretExample", securityToken };
      const url = signedUrl(object, keys, 600);
      assert.ok(
        url.startsWith(
          "https://bookstore-image-0a1b2c3d.oss-cn-hangzhou-internal.aliyuncs.com/abc123.tar?x-oss-credential=LTAIexample%2F20260301%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&",
        ),
      );
      assert.equal(new URL(url).searchParams.get("x-oss-signature"), signature);
    });
  }
});
