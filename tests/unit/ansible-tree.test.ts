import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { list, type ReadEntry } from "tar";
import { parse } from "yaml";
import { ansibleArchive } from "../../components/baking/ansible-archive";
import { componentDocument } from "../../components/clouds/aws/image-component";
import { readBuild } from "../../components/baking/build";

const projectFolder = join(__dirname, "../..");

const machine = { compute: "vm", architecture: "x86_64" } as const;

const written = {
  from: "ami-0123456789abcdef0",
  folder: "recipe",
  artifact: "dist/app.war",
  arguments: { b: "2", a: 'it\'s "1"' } as Record<string, string>,
  revision: undefined,
  source: undefined,
  repository: undefined,
  keep: 10,
};

describe("the archive of an Ansible tree", () => {
  let root: string;
  const write = (path: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  };
  const build = (change: Partial<typeof written> = {}, from = written.from) =>
    readBuild({ ...written, ...change, from }, machine, root);
  const archive = (change: Partial<typeof written> = {}, from = written.from) =>
    ansibleArchive(build(change, from), root);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "immutable-service-archive-"));
    for (const part of ["ansible", "container/base", "versions.json"])
      cpSync(join(projectFolder, "images", part), join(root, "recipe", part), { recursive: true });
    write("dist/app.war", Buffer.from([80, 75, 13, 10, 0]));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("has the whole tree, what it takes of the container's base, the artifact and the arguments, and nothing else", () => {
    const entries: ReadEntry[] = [];
    list({ sync: true, file: archive().path, onReadEntry: (entry) => entries.push(entry) });
    const paths = entries.map(({ path }) => path);
    const files = spawnSync(
      "git",
      [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "ansible",
        "container/base/bin",
        "container/base/conf",
        "versions.json",
      ],
      { cwd: join(projectFolder, "images"), encoding: "utf8" },
    )
      .stdout.trim()
      .split("\n");
    assert.deepEqual(paths, [...files, "app/target/bookstore.war", "arguments.json"].sort());
    assert.equal(entries.find(({ path }) => path === "container/base/bin/start")?.mode, 0o755);
    assert.ok(entries.every(({ mtime, uid, uname }) => mtime?.getTime() === 0 && uid === undefined && !uname));
  });

  it("is unpacked to what it was made from", () => {
    const { path } = archive();
    const folder = join(root, "unpacked");
    mkdirSync(folder);
    assert.equal(spawnSync("tar", ["-xf", path, "-C", folder]).status, 0);
    assert.deepEqual(
      readFileSync(join(folder, "ansible/site.yml")),
      readFileSync(join(projectFolder, "images/ansible/site.yml")),
    );
    assert.deepEqual(readFileSync(join(folder, "app/target/bookstore.war")), readFileSync(join(root, "dist/app.war")));
    assert.deepEqual(JSON.parse(readFileSync(join(folder, "arguments.json"), "utf8")), {
      a: 'it\'s "1"',
      app_recipe: build().tag,
      b: "2",
    });
  });

  it("lies under its own hash, which its bytes have; one that somebody changed is written again", () => {
    const { path, sha256, objectKey } = archive();
    assert.equal(createHash("sha256").update(readFileSync(path)).digest("hex"), sha256);
    assert.equal(objectKey, `${sha256}.tar`);
    writeFileSync(path, "something else");
    assert.equal(archive().path, path);
    assert.equal(createHash("sha256").update(readFileSync(path)).digest("hex"), sha256);
  });

  const changes: Record<string, () => ReturnType<typeof archive>> = {
    "a role": () => (write("recipe/ansible/roles/app/tasks/main.yml", "[]\n"), archive()),
    "a setting of Tomcat": () => (write("recipe/container/base/conf/server.xml", "<Server/>\n"), archive()),
    "a program that is none any more": () => (
      chmodSync(join(root, "recipe/container/base/bin/start"), 0o644),
      archive()
    ),
    "the artifact": () => (write("dist/app.war", "another"), archive()),
    "an argument": () => archive({ arguments: { b: "3" } }),
    "the base": () => archive({}, "ami-00000000000000000"),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`has another hash after a change of ${what}`, () => {
      const before = archive().sha256;
      assert.notEqual(change().sha256, before);
    });
  }

  const noChanges: Record<string, () => ReturnType<typeof archive>> = {
    times: () => (utimesSync(join(root, "recipe/ansible/site.yml"), 1, 1), archive()),
    "permissions that git does not keep": () => (chmodSync(join(root, "recipe/ansible/site.yml"), 0o600), archive()),
    "line endings": () => (
      write(
        "recipe/ansible/site.yml",
        readFileSync(join(root, "recipe/ansible/site.yml"), "utf8").replaceAll("\n", "\r\n"),
      ),
      archive()
    ),
    "where the artifact lies": () => (
      write("other/place.war", readFileSync(join(root, "dist/app.war"))),
      archive({ artifact: "other/place.war" })
    ),
    "the order of arguments": () => archive({ arguments: { a: 'it\'s "1"', b: "2" } }),
    "what else is in the folder": () => (
      write("recipe/container/base/Dockerfile", "FROM scratch\n"),
      write("recipe/README.md", "text"),
      archive()
    ),
    "how many images are kept": () => archive({ keep: 3 }),
  };
  for (const [what, change] of Object.entries(noChanges)) {
    it(`has the same hash whatever ${what}`, () => {
      const before = archive().sha256;
      assert.equal(change().sha256, before);
    });
  }
});

interface Step {
  name: string;
  action: string;
  inputs: { commands: string[] } & { source: string; destination: string }[];
}

describe("what Image Builder runs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "immutable-service-component-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const given = { service: "books", bucket: "archives", key: "0.tar", sha256: "0".repeat(64) };
  const phases = (change: Partial<typeof given> & { folder?: string } = {}) => {
    const document = parse(componentDocument({ ...given, ...change })) as {
      schemaVersion: number;
      phases: { name: string; steps: Step[] }[];
    };
    return Object.fromEntries(document.phases.map(({ name, steps }) => [name, steps]));
  };
  const script = (steps: readonly Step[] | undefined, name: string) =>
    steps?.find((step) => step.name === name)?.inputs.commands.join("\n") ?? "";

  it("is a build that ends with its tools removed, and a test of the image", () => {
    const { build = [], test = [] } = phases();
    assert.deepEqual(
      build.map(({ name }) => name),
      ["FetchRecipe", "UnpackRecipe", "InstallAnsible", "RunPlaybook", "RemoveTools"],
    );
    assert.deepEqual(
      test.map(({ name }) => name),
      ["FetchRecipe", "UnpackRecipe", "TestImage"],
    );
    for (const [fetch] of [build, test])
      assert.deepEqual(fetch?.inputs, [{ source: "s3://archives/0.tar", destination: "/tmp/immutable-service.tar" }]);
    assert.ok(componentDocument(given).length < 16_000);
  });

  it("has no YAML anchors, which AWS does not document, for what both phases do", () => {
    assert.doesNotMatch(componentDocument(given), /^\s*- [&*]\w+/m);
  });

  it("is made of scripts that a shell takes, each of which ends at its first failure", () => {
    const { build = [], test = [] } = phases();
    for (const { action, inputs } of [...build, ...test].filter((step) => step.action === "ExecuteBash")) {
      assert.equal(action, "ExecuteBash");
      const [text = ""] = inputs.commands;
      assert.ok(text.startsWith("set -eu\n"));
      assert.deepEqual(
        [spawnSync("sh", ["-n"], { input: text, encoding: "utf8" }).stderr, inputs.commands.length],
        ["", 1],
      );
    }
  });

  it("unpacks the archive that it was given, runs its playbook with its arguments, and leaves nothing of it", () => {
    const { path, sha256 } = ansibleArchive(
      readBuild({ ...written, folder: "images", artifact: "package.json" }, machine, projectFolder),
      projectFolder,
    );
    const at = join(folder, "recipe");
    const { build, test } = phases({ sha256, folder: at });
    cpSync(path, `${at}.tar`);
    mkdirSync(join(folder, "bin"));
    for (const tool of ["ansible-playbook", "apt-get", "cloud-init"])
      writeFileSync(join(folder, "bin", tool), `#!/bin/sh\necho "$PWD ${tool} $*" >> ${folder}/heard\n`, {
        mode: 0o755,
      });
    const run = (name: string, steps = build) =>
      spawnSync("bash", ["-c", script(steps, name)], {
        encoding: "utf8",
        env: { PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}` },
      });
    assert.equal(run("UnpackRecipe").status, 0);
    assert.ok(script(test, "TestImage").includes(`bash ${at}/ansible/test.sh`) && existsSync(`${at}/ansible/test.sh`));
    assert.equal(run("InstallAnsible").status, 0);
    assert.equal(run("RunPlaybook").status, 0);
    assert.equal(run("RemoveTools").status, 0);
    const said = readFileSync(join(folder, "heard"), "utf8");
    assert.ok(
      said.includes(
        `${at}/ansible ansible-playbook site.yml --extra-vars @${at}/arguments.json --extra-vars cloud=aws`,
      ),
      said,
    );
    // It was there before: it is not this build's to remove.
    assert.ok(!said.includes("purge"));
    assert.deepEqual([existsSync(at), existsSync(`${at}.tar`)], [false, false]);
  });

  it("refuses an archive that has another hash", () => {
    const at = join(folder, "recipe");
    writeFileSync(`${at}.tar`, "not the archive");
    const refused = spawnSync("bash", ["-c", script(phases({ folder: at }).build, "UnpackRecipe")], {
      encoding: "utf8",
    });
    assert.notEqual(refused.status, 0);
    assert.match(refused.stdout + refused.stderr, /did NOT match|FAILED/);
    assert.ok(!existsSync(at));
  });
});

describe("the recipe of the example's machine image", () => {
  it("downloads Alibaba's command line by a version, for the machine's own architecture", () => {
    const defaults = parse(
      readFileSync(join(projectFolder, "images/ansible/roles/base/defaults/main.yml"), "utf8"),
    ) as Readonly<Record<string, string>>;
    assert.match(
      defaults.base_aliyun_cli ?? "",
      /-\{\{ base_aliyun_cli_version \}\}-\{\{ base_architecture \}\}\.tgz$/,
    );
    assert.match(defaults.base_aliyun_cli_version ?? "", /^\d+\.\d+\.\d+$/);
    assert.match(defaults.base_architecture ?? "", /'x86_64': 'amd64', 'aarch64': 'arm64'/);
    // Verified by what the vendor publishes elsewhere.
    assert.match(defaults.base_aliyun_cli_checksum ?? "", /^sha256:https:\/\/github\.com\/.*SHASUMS256\.txt$/);
    const tasks = readFileSync(join(projectFolder, "images/ansible/roles/base/tasks/main.yml"), "utf8");
    const [, download = ""] = tasks.split('url: "{{ base_aliyun_cli }}"');
    assert.match(download.split("- name:")[0] ?? "", /checksum: "\{\{ base_aliyun_cli_checksum \}\}"/);
  });
});
