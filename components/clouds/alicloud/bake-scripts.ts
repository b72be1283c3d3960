import { inArchive } from "../../baking/ansible-archive";

/**
 * The shell scripts that Cloud Assistant runs on the instances that bake and test. Each finds the archive's URL in
 * `$archive`, which is added when the script is sent: the URL is valid for minutes and is in no state.
 */

/**
 * The most bytes of a command after its encoding in base64.
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runcommand
 */
export const commandLimit = 24 * 1024;

/** Downloads the archive, checks it, and unpacks it into a folder that is removed at the end. */
function unpack(sha256: string): string[] {
  return [
    "set -eu",
    // The script's own file has the URL too, and whatever is on this disk may become part of an image.
    'if [ -f "$0" ]; then rm -f "$0"; fi',
    "work=$(mktemp -d /var/tmp/image.XXXXXX)",
    `trap 'rm -rf "$work"' EXIT`,
    'mkdir "$work/tree"',
    // python3 is there wherever cloud-init is; an HTTP client need not be.
    `printf %s "$archive" | python3 -c 'import shutil, sys, urllib.request`,
    `with urllib.request.urlopen(sys.stdin.read(), timeout=60) as answer, open(sys.argv[1], "wb") as file: shutil.copyfileobj(answer, file)' "$work/tree.tar"`,
    `echo "${sha256}  $work/tree.tar" | sha256sum --check --quiet`,
    'tar -xf "$work/tree.tar" -C "$work/tree" --no-same-owner',
  ];
}

/** Turns the machine into the image: runs the playbook on it, and takes Ansible away again. */
export function playbookScript(sha256: string, region: string): string {
  // Whatever the build's arguments say, the cloud is this one; where the log agent comes from they may say.
  const variables = `-e log_agent_alicloud_region=${region} -e @"$work/tree/${inArchive.arguments}" -e cloud=alicloud`;
  return [
    ...unpack(sha256),
    "export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root",
    // What cloud-init still installs at the first boot has the packages' lock.
    "cloud-init status --wait > /dev/null 2>&1 || true",
    'log="$work/log"',
    // Cloud Assistant keeps only a part of a long output, so this prints only the end, which has the failure.
    `failed() { echo "$1"; tail -c 6000 "$log"; exit 1; }`,
    'apt-get -q -o DPkg::Lock::Timeout=300 update > "$log" 2>&1 || failed "the package lists cannot be fetched"',
    'apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install ansible-core > "$log" 2>&1 || failed "Ansible cannot be installed"',
    `cd "$work/tree/${inArchive.playbooks}"`,
    `ansible-playbook site.yml ${variables} > "$log" 2>&1 || failed "the playbook failed"`,
    "cd /",
    'apt-get -q -y --auto-remove purge ansible-core > "$log" 2>&1 || failed "Ansible cannot be removed"',
    "apt-get clean",
    // The next first boot is another machine's.
    'cloud-init clean --logs > "$log" 2>&1 || failed "cloud-init cannot forget this machine"',
    "sync",
    'echo "the playbook is done"',
    "",
  ].join("\n");
}

/** Tests the image on the machine that was started from it. */
export function testScript(sha256: string): string {
  return [...unpack(sha256), `"$work/tree/${inArchive.test}" 2>&1`, ""].join("\n");
}
