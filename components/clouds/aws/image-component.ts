import { stringify } from "yaml";
import { inArchive } from "../../baking/ansible-archive";

/** The arguments of a component's document: where a builder gets the recipe's archive, and its checksum. */
export interface ComponentDocumentArgs {
  /** The service's name. */
  readonly service: string;
  /** The bucket that has the archive. */
  readonly bucket: string;
  /** The archive's key in the bucket. */
  readonly key: string;
  /** The SHA-256 that the archive must have, in hexadecimal; any other archive fails the build. */
  readonly sha256: string;
  /** The folder in which the builder unpacks the archive. Default: /tmp/immutable-service. */
  readonly folder?: string;
}

/**
 * Renders the steps that Image Builder runs on its instances, as root. The build phase runs the recipe's playbook and
 * removes the tools that it needed; the test phase tests an instance that was started from the image.
 * A document has at most 16,000 characters.
 * https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html
 */
export function componentDocument({
  service,
  bucket,
  key,
  sha256,
  folder = "/tmp/immutable-service",
}: ComponentDocumentArgs): string {
  const archive = `${folder}.tar`;
  const fetch = [
    {
      name: "FetchRecipe",
      action: "S3Download",
      maxAttempts: 3,
      inputs: [{ source: `s3://${bucket}/${key}`, destination: archive }],
    },
    bash("UnpackRecipe", 300, [
      `echo '${sha256}  ${archive}' | sha256sum --check -`,
      `mkdir -p ${folder}`,
      `tar -xf ${archive} --no-same-owner -C ${folder}`,
    ]),
  ];
  return stringify(
    {
      name: `${service}-image`,
      schemaVersion: 1.0,
      phases: [
        {
          name: "build",
          steps: [
            ...fetch,
            bash("InstallAnsible", 900, [
              // The first boot may still be installing packages.
              "if command -v cloud-init > /dev/null; then cloud-init status --wait > /dev/null || true; fi",
              "if ! command -v ansible-playbook > /dev/null; then",
              "  export DEBIAN_FRONTEND=noninteractive",
              "  apt-get -o DPkg::Lock::Timeout=300 update",
              "  apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends ansible-core",
              `  touch ${folder}/installed-ansible`,
              "fi",
            ]),
            bash("RunPlaybook", 3000, [
              // Ansible refuses to start without UTF-8, and Image Builder sets no locale.
              "export LC_ALL=C.UTF-8 HOME=/root",
              `cd ${folder}/${inArchive.playbooks}`,
              `ansible-playbook site.yml --extra-vars @${folder}/${inArchive.arguments} --extra-vars cloud=aws`,
            ]),
            bash("RemoveTools", 600, [
              `if [ -e ${folder}/installed-ansible ]; then`,
              "  export DEBIAN_FRONTEND=noninteractive",
              "  apt-get -o DPkg::Lock::Timeout=300 purge --yes ansible-core",
              "  apt-get -o DPkg::Lock::Timeout=300 autoremove --yes --purge",
              "fi",
              "apt-get clean",
              `rm -rf ${folder} ${archive} /tmp/ansible-local /tmp/ansible-remote /root/.ansible`,
            ]),
          ],
        },
        { name: "test", steps: [...fetch, bash("TestImage", 600, [`bash ${folder}/${inArchive.test}`])] },
      ],
    },
    // AWS documents no YAML anchors, which the two phases' common steps would become.
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** A step that runs its lines as one script with `set -e`: Image Builder continues after a command that failed. */
function bash(name: string, timeoutSeconds: number, lines: readonly string[]) {
  return { name, action: "ExecuteBash", timeoutSeconds, inputs: { commands: [["set -eu", ...lines, ""].join("\n")] } };
}
