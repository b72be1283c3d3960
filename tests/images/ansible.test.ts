/** Runs the Ansible tree on a clean Debian, and boots the resulting image. */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { renderUserData } from "../../components/clouds/aws/user-data";
import { findDocker, needs } from "../engine/support/toolchain";
import { docker, until } from "../engine/traffic/process";
import { ask, logLines } from "./support/app";
import { buildWar, findDebian, findMaven, images, importDebian, importMachine, versions } from "./support/materials";
import { boot, play, shell, startRoot, takeTurn, type PlaybookRun } from "./support/machine";

/** A fake of the vendor's package, which is not in Debian: its program records its arguments. */
const agentPackage = `
  ${takeTurn}
  mkdir -p /tmp/agent/DEBIAN /tmp/agent/usr/bin
  printf 'Package: amazon-cloudwatch-agent\\nVersion: 1\\nArchitecture: all\\nMaintainer: test\\nDescription: fake\\n' > /tmp/agent/DEBIAN/control
  printf '#!/bin/sh\\necho "$@" >> /var/log/agent-arguments\\n' > /tmp/agent/usr/bin/amazon-cloudwatch-agent-ctl
  chmod 755 /tmp/agent/usr/bin/amazon-cloudwatch-agent-ctl
  dpkg-deb --build /tmp/agent /srv/agent.deb > /dev/null
  printf '#!/bin/sh\\necho "$@" > /etc/init.d/loongcollectord\\n' > /srv/loongcollector.sh
  export GNUPGHOME=/tmp/vendor; mkdir -m 700 $GNUPGHOME
  apt-get -qq update; apt-get -qq install --yes --no-install-recommends gpg gpg-agent > /dev/null 2>&1
  gpg --batch --quiet --passphrase '' --quick-generate-key vendor rsa2048 sign 2> /dev/null
  gpg --export --armor > /srv/key.gpg
  gpg --batch --quiet --detach-sign --output /srv/agent.deb.sig /srv/agent.deb
  gpg --list-keys --with-colons | awk -F: '/^fpr/ { print $10; exit }' > /srv/fingerprint
  gpgconf --kill all; apt-get -qq purge --yes gpg gpg-agent gpgconf > /dev/null 2>&1; rm -rf /tmp/vendor /tmp/agent`;

const variables: Record<string, string> = {
  cloud: "aws",
  log_agent_aws_key: "file:///srv/key.gpg",
  app_revision: "from-the-test",
  app_recipe: "0123456789abcdef",
  log_agent_aws_package: "file:///srv/agent.deb",
  log_agent_alicloud_installer: "file:///srv/loongcollector.sh",
};

describe("the machine image", () => {
  const name = `immutable-service-test/${process.pid}`;
  const containers: string[] = [];
  let root = "";
  let first: PlaybookRun;

  before(async function () {
    needs(this, findDocker());
    needs(this, findDebian());
    needs(this, findMaven());
    await importDebian(`${name}:debian`);
    await importMachine(`${name}:machine`, `${name}:debian`);
    await buildWar("baked");
    root = await startRoot(`${name}:machine`);
    containers.push(root);
    // As on a cloud's machine, where cloud-init's user has the id that the app needs.
    await shell(root, `useradd --uid 1000 --create-home admin\n${agentPackage}`);
    variables.log_agent_aws_fingerprint = await shell(root, "cat /srv/fingerprint");
    first = await play(root, variables);
  });

  after(async () => {
    if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
    for (const tag of ["baked", "machine", "debian"]) await docker("image", "rm", `${name}:${tag}`).catch(() => "");
  });

  it("is built by Ansible, and a second run changes nothing", async () => {
    assert.ok(first.changed > 15, first.text);
    const second = await play(root, variables);
    assert.equal(second.changed, 0, second.text);
    console.log(
      `      first run: ${first.changed} of ${first.ok} tasks changed something; second run: ${second.changed} of ${second.ok}`,
    );
  });

  it("has no SSH server, no automatic upgrades and no machine id", async () => {
    const output = await shell(
      root,
      `
      readlink /etc/systemd/system/ssh.service /etc/systemd/system/apt-daily-upgrade.timer
      id -un 1000; id -Gn app; cat /etc/machine-id; passwd --status root | cut -d' ' -f2
      find /usr/bin/su /usr/bin/mount -perm /6000; find /opt -user app; find /tmp -mindepth 1 -maxdepth 1 -name '*.tar.gz'`,
    );
    assert.deepEqual(output.split("\n"), ["/dev/null", "/dev/null", "app", "app", "L"]);
  });

  it("records what it was built from", async () => {
    const { tomcat_version, updated } = await versions();
    assert.deepEqual(JSON.parse(await shell(root, "cat /opt/immutable-service/image.json")), {
      app_recipe: "0123456789abcdef",
      app_revision: "from-the-test",
      tomcat_version,
      updated,
    });
  });

  it("has a valid systemd unit that does not start by itself", async () => {
    assert.equal(await shell(root, "systemd-analyze verify /etc/systemd/system/immutable-service.service 2>&1"), "");
    assert.equal(await shell(root, "systemctl is-enabled immutable-service.service || true"), "static");
    assert.equal(
      await shell(root, "logrotate --debug /etc/logrotate.d/immutable-service 2>&1 | grep -c error: || true"),
      "0",
    );
  });

  it("runs the app without systemd", async () => {
    await shell(
      root,
      `
      PORT=8081 SERVICE_VERSION=1.4.2 STOP_DELAY=0 setpriv --reuid 1000 --regid 1000 --clear-groups /opt/immutable-service/bin/start > /var/log/started.log 2>&1 &
      echo $! > /run/started.pid`,
    );
    await until(
      "the app",
      60_000,
      async () =>
        (await shell(root, "PORT=8081 /opt/immutable-service/bin/healthy 2> /dev/null && echo yes || true")) === "yes",
    );
    const url = `http://${await address(root)}:8081`;
    assert.equal((await ask(`${url}/healthz`)).status, 200);
    assert.deepEqual(JSON.parse((await ask(`${url}/version`)).text), {
      name: "bookstore",
      version: "1.4.2",
      release: "",
      revision: "baked",
    });
    await shell(
      root,
      "kill -TERM $(cat /run/started.pid); while kill -0 $(cat /run/started.pid) 2> /dev/null; do sleep 0.1; done",
    );
    assert.ok(logLines(await shell(root, "cat /var/log/started.log")).length > 5);
  });

  it("boots, and the user data starts the app, which logs to its file and stops cleanly", async function () {
    await docker("commit", root, `${name}:baked`);
    const machine = await boot(`${name}:baked`);
    if (!machine) {
      console.log("      skipped: the Docker engine lets no systemd boot in a container");
      return this.skip();
    }
    containers.push(machine);
    assert.match(await shell(machine, "cat /etc/machine-id"), /^[0-9a-f]{32}$/);
    await testImage(machine);
    const variables = {
      SERVICE_NAME: "bookstore",
      SERVICE_VERSION: "1.4.2",
      SERVICE_RELEASE: "1-4-2-9f3ab1",
      PORT: "80",
      CATALOGUE: "autumn",
    };
    await cloudInit(
      machine,
      renderUserData({ region: "us-east-1", variables, secrets: {}, logGroupName: "/bookstore", share: undefined }),
    );
    assert.match(
      await shell(machine, "cat /var/log/agent-arguments"),
      /-a fetch-config .*amazon-cloudwatch-agent\.json/,
    );

    const url = `http://${await address(machine)}`;
    await until("the app", 60_000, async () => (await ask(`${url}/healthz`).catch(() => undefined))?.status === 200);
    assert.deepEqual(JSON.parse((await ask(`${url}/version`)).text), {
      name: "bookstore",
      version: "1.4.2",
      release: "1-4-2-9f3ab1",
      revision: "baked",
    });
    assert.match((await ask(url)).text, /"catalogue":"autumn"/);
    const log = logLines(await shell(machine, "cat /var/log/immutable-service/app.log"));
    assert.ok(log.some((line) => line.path === "/version" && line.status === 200));

    // systemd restarts the app after a crash, but not after a stop.
    await shell(machine, "systemctl kill --signal=KILL immutable-service.service");
    await until(
      "the restarted app",
      60_000,
      async () => (await ask(`${url}/healthz`).catch(() => undefined))?.status === 200,
    );
    await shell(machine, "systemctl stop immutable-service.service");
    assert.deepEqual(
      (await shell(machine, "systemctl show --property=Result,ExecMainStatus,ActiveState immutable-service.service"))
        .split("\n")
        .sort(),
      ["ActiveState=inactive", "ExecMainStatus=0", "Result=success"],
    );
  });

  it("gets the other cloud's log agent when it is built for that cloud", async () => {
    const alicloud = { ...variables, cloud: "alicloud", base_upgrade: "false" };
    await assert.rejects(play(root, alicloud), /LoongCollector has no published checksum or signature/);
    const checksum = await shell(root, "sha256sum /srv/loongcollector.sh | cut -d' ' -f1");
    await play(root, { ...alicloud, log_agent_alicloud_checksum: `sha256:${checksum}` });
    assert.equal(
      await shell(root, "cat /etc/init.d/loongcollectord; ls /tmp/loongcollector.sh 2> /dev/null || true"),
      "install cn-hangzhou-internal",
    );
  });

  it("runs a program in the place of a WAR, without Java", async () => {
    const machine = await startRoot(`${name}:machine`);
    containers.push(machine);
    await shell(
      machine,
      "mkdir /tmp/program; echo ok > /tmp/program/healthz; tar -C /tmp/program -czf /srv/app.tar.gz healthz",
    );
    await play(machine, {
      cloud: "none",
      base_upgrade: "false",
      runtime_kind: "process",
      runtime_packages: "python3-minimal",
      app_war: "/srv/app.tar.gz",
      app_start: "python3 -m http.server 8082",
    });
    const start =
      "STOP_DELAY=0 setpriv --reuid 1000 --regid 1000 --clear-groups /opt/immutable-service/bin/start > /var/log/started.log 2>&1 &";
    await shell(machine, `${start}\necho $! > /run/started.pid`);
    const healthy = "PORT=8082 /opt/immutable-service/bin/healthy 2> /dev/null && echo yes || true";
    await until("the program", 60_000, async () => (await shell(machine, healthy)) === "yes");
    // The shell ends at the first command that fails, unless the line says what to do then.
    const java = "{ command -v java; ls /opt/immutable-service/webapps 2> /dev/null; } || true";
    assert.equal(await shell(machine, java), "");
    await shell(machine, "kill -TERM $(cat /run/started.pid)");
  });

  it("is not built with a log agent that its vendor has not signed", async () => {
    await shell(root, "rm /usr/bin/amazon-cloudwatch-agent-ctl");
    const other = "0".repeat(40);
    await assert.rejects(
      play(root, { ...variables, base_upgrade: "false", log_agent_aws_fingerprint: other }),
      new RegExp(`the CloudWatch agent is not signed with the key ${other}`),
    );
    await shell(root, "echo more >> /srv/agent.deb");
    await assert.rejects(play(root, { ...variables, base_upgrade: "false" }), /BAD signature|BADSIG/);
    assert.equal(await shell(root, "ls /usr/bin/amazon-cloudwatch-agent-ctl /usr/bin/gpg 2> /dev/null || true"), "");
  });

  it("cannot be built for an unknown cloud", async () => {
    await assert.rejects(
      play(root, { ...variables, cloud: "azure" }),
      /cloud must be aws, alicloud or none, got: azure/,
    );
  });
});

function address(container: string): Promise<string> {
  return docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", container);
}

/**
 * Runs the image's test as a bake does: it passes and leaves nothing, and it fails on an image whose app does not
 * start.
 */
async function testImage(machine: string): Promise<void> {
  await docker("cp", join(images, "ansible/test.sh"), `${machine}:/root/test.sh`);
  const listState =
    "ls -A /etc/immutable-service /var/log/immutable-service; systemctl is-failed immutable-service.service || true";
  const before = await shell(machine, listState);
  assert.match(await shell(machine, "bash /root/test.sh"), /the image is good/);
  assert.equal(await shell(machine, listState), before);
  await shell(
    machine,
    "cd /opt/immutable-service/bin; mv start /root/start; printf '#!/bin/sh\\necho broken; exit 1\\n' > start; chmod 755 start",
  );
  assert.match(
    await shell(machine, "bash /root/test.sh 2>&1 && echo passed || true"),
    /the service (ended by itself|does not start)[^]*broken$/,
  );
  assert.equal(await shell(machine, listState), before);
  await shell(machine, "mv /root/start /opt/immutable-service/bin/start; rm /root/test.sh");
}

/** Does what cloud-init does with the user data: writes its files, then runs its commands. */
async function cloudInit(machine: string, userData: string): Promise<void> {
  interface Config {
    write_files: { path: string; permissions: string; content: string }[];
    runcmd: string[][];
  }
  const { write_files: files, runcmd: commands } = JSON.parse(userData.replace(/^#cloud-config\n/, "")) as Config;
  for (const { path, permissions, content } of files)
    await shell(
      machine,
      `mkdir -p "$(dirname ${path})"; echo ${content} | base64 -d > ${path}; chmod ${permissions} ${path}`,
    );
  for (const command of commands) await docker("exec", machine, ...command);
}
