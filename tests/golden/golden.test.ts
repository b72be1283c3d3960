import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { componentTypes } from "../../components/component-types";
import type { Compute } from "../../components/spec";
import { ansibleArchive } from "../../components/baking/ansible-archive";
import { resolveService } from "../../components/resolve";
import { versionsOf } from "../../components/baking/build";
import {
  bakedFields,
  clouds,
  type CloudUnderTest,
  computes,
  deploy,
  only,
  untagged,
  wholeService,
} from "../support/clouds";
import type { Registered } from "../support/monitor";
import { storedKind } from "../support/remote-kind";

/*
 * The resources of a stack file, as files to read in review. `UPDATE_GOLDEN=1 npx mocha tests/golden` writes them
 * again; the file of an instance's template is written only once the platform's template revision has risen.
 */

const update = process.env.UPDATE_GOLDEN === "1";
const fileOf = (name: string) => join(__dirname, `${name}.yaml`);

for (const [name, cloud] of Object.entries(clouds)) {
  for (const compute of computes) {
    describe(`golden: ${name}, ${compute}`, () => {
      it("registers the tree of resources that is in the file", async () => {
        const { resources } = await deploy(cloud, wholeService(cloud, compute));
        compare(`${name}-${compute}-tree`, treeOf(cloud, resources));
      });
      it("bakes its image with the resources that are in the file", async () => {
        await compareBake(name, cloud, compute);
      });
      it("changes an instance's template only with the template revision", async () => {
        await compareInstance(name, cloud, compute);
      });
    });
  }
}

function compare(name: string, actual: string): void {
  if (update) writeFileSync(fileOf(name), actual);
  const golden = existsSync(fileOf(name)) ? readFileSync(fileOf(name), "utf8") : "";
  assert.equal(
    actual,
    golden,
    `${name}.yaml is not what the program registers; if the change is intended, run UPDATE_GOLDEN=1 npx mocha tests/golden and read the difference`,
  );
}

/** Compares the image's component with all below it. Hashes are replaced: they change with every release of Tomcat. */
async function compareBake(name: string, cloud: CloudUnderTest, compute: Compute): Promise<void> {
  const service = wholeService(cloud, compute, {
    ...bakedFields(cloud, compute, { revision: "0123abc", source: "https://git.example.com/bookstore" }),
  });
  // The files must not depend on whether this machine has a Docker login.
  const login = process.env.DOCKER_CONFIG;
  process.env.DOCKER_CONFIG = __dirname;
  const { resources } = await deploy(cloud, service).finally(() => {
    if (login === undefined) delete process.env.DOCKER_CONFIG;
    else process.env.DOCKER_CONFIG = login;
  });
  const made = cloud.make();
  const { projectFolder } = made;
  const { build } = resolveService(service, made);
  if (build === undefined) throw new Error("the service bakes no image");
  const archive = compute === "vm" ? ansibleArchive(build, projectFolder) : undefined;
  const hidden: [string | undefined, string][] = [
    [build.tag, "<recipe>"],
    [build.baseTag, "<base's recipe>"],
    [archive?.path, "<the archive's path>"],
    [archive?.sha256, "<the archive's hash>"],
    [projectFolder, "<the project>"],
    ...Object.entries(versionsOf(build.recipe.folder, projectFolder)).map(([version, pinned]): [string, string] => [
      pinned,
      `<${version}>`,
    ]),
  ];
  const image = only(resources, componentTypes.image);
  const tree = hidden.reduce(
    (text, [part, instead]) => (part === undefined ? text : text.replaceAll(part, instead)),
    treeOf(cloud, resources, image.parent, ({ urn }) => urn === image.urn),
  );
  compare(`${name}-${compute}-image`, tree);
}

/** Every resource below its parent, with its inputs and options; of the network's resources only the names. */
function treeOf(
  cloud: CloudUnderTest,
  resources: readonly Registered[],
  root: string | null = null,
  wanted: (resource: Registered) => boolean = () => true,
): string {
  const byName = (a: Registered, b: Registered) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1);
  const below = (parent: string | null): unknown[] =>
    resources
      .filter((resource) => resource.parent === parent && (parent !== root || wanted(resource)))
      .sort(byName)
      .map((resource) => {
        const children = below(resource.urn);
        return {
          [`${resource.type} ${resource.name}`]: {
            ...recorded(cloud, resource, resources),
            ...(children.length > 0 ? { children } : {}),
          },
        };
      });
  return `# Written by UPDATE_GOLDEN=1 npx mocha tests/golden. Tags, and what other files record, are left out.\n${yaml(below(root))}`;
}

function recorded(
  cloud: CloudUnderTest,
  resource: Registered,
  resources: readonly Registered[],
): Record<string, unknown> {
  const { type, inputs, ignoreChanges, replaceOnChanges, dependencies } = resource;
  const { deletedWith, retainOnDelete, deleteBeforeReplace, customTimeouts } = resource;
  const named = (urn: string) => {
    const other = resources.find((one) => one.urn === urn) ?? assert.fail(`${urn} is not registered`);
    return `${other.type} ${other.name}`;
  };
  const listedOnly = cloud.networkTypes.includes(type.split(":").at(-1) ?? "");
  // A component's inputs are the stack file with its defaults.
  const rest = Object.fromEntries(
    Object.entries(inputs)
      .filter(([key]) => key !== "tags" && key !== "__provider")
      .map(([key, value]) => [key, cloud.volatileInputs.includes(key) ? "<a time>" : value]),
  );
  return {
    ...("__provider" in inputs ? { module: storedKind(inputs.__provider).source } : {}),
    ...(listedOnly || type.startsWith("immutable:") || Object.keys(rest).length === 0
      ? {}
      : { inputs: readable(rest) }),
    ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
    ...(replaceOnChanges.length > 0 ? { replaceOnChanges } : {}),
    ...(deletedWith === null ? {} : { deletedWith: named(deletedWith) }),
    ...(retainOnDelete ? { retainOnDelete } : {}),
    ...(deleteBeforeReplace ? { deleteBeforeReplace } : {}),
    ...(Object.keys(customTimeouts).length > 0 ? { customTimeouts } : {}),
    ...(dependencies.length > 0 ? { dependsOn: dependencies.map(named).sort() } : {}),
  };
}

async function compareInstance(name: string, cloud: CloudUnderTest, compute: Compute): Promise<void> {
  const service = wholeService(cloud, compute, {
    files: { share: {} },
    ...(compute === "container" ? { command: ["node", "server.js"] } : {}),
  });
  const { resources, result } = await deploy(cloud, service);
  const { templateRevision } = cloud.make().platforms[compute].instanceShape({ cpu: 0.5, memoryGiB: 1 }, "x86_64");
  const inputs = untagged(only(resources, cloud.parts[compute].instance));
  const [{ release }] = result as [{ release: string }];
  // The release's id depends on the template revision, and the template must not.
  const body = yaml(readable(inputs)).replaceAll(release, "<release>");
  const file = fileOf(`${name}-${compute}-instance`);
  const golden = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const [head, ...rest] = (golden ?? "").split("\n");
  const before = { revision: Number(/^# template revision (\d+)/.exec(head ?? "")?.[1]), body: rest.join("\n") };
  const source = `components/clouds/${name}/${compute}.ts`;
  if (golden !== undefined && before.revision === templateRevision) {
    assert.equal(
      body,
      before.body,
      `the template of an instance on ${name}, ${compute} has changed, so running releases would be edited or replaced under their own names: raise templateRevision in ${source}, then run UPDATE_GOLDEN=1 npx mocha tests/golden`,
    );
    return;
  }
  if (update)
    writeFileSync(
      file,
      `# template revision ${templateRevision} of ${source}: raise it there when anything below changes, because running releases were created from this\n${body}`,
    );
  else
    assert.fail(
      `${name}-${compute}-instance.yaml is of another template revision than ${templateRevision}; run UPDATE_GOLDEN=1 npx mocha tests/golden and read the difference`,
    );
}

/** The value with JSON and encoded files in its strings decoded. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        readable(key === "userData" || key === "content" ? decoded(String(part)) : part),
      ]),
    );
  if (typeof value !== "string") return value;
  const cloudConfig = value.startsWith("#cloud-config\n") ? value.slice("#cloud-config\n".length) : value;
  return /^[[{]/.test(cloudConfig) && isJson(cloudConfig) ? readable(JSON.parse(cloudConfig)) : value;
}

function decoded(text: string): string {
  return Buffer.from(text, "base64").toString();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false });
}
