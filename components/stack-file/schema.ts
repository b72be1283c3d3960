import { field, integer, list, mapping, object, oneOf, string } from "./fields";
import { freeze, freezeOverride } from "./freeze-fields";
import { existingImage, image } from "./image-fields";
import { cloudBlocks, inheritedInstanceFields, instanceFields, instances, renewedAt, version } from "./instance-fields";
import { network } from "./network-fields";
import { cloudNames } from "./per-cloud";
import { permissions, policyArns } from "./permission-fields";
import { previous, rollout } from "./rollout-fields";
import { gate, health, inheritedHealth, loadBalancer, tls } from "./traffic-fields";
import { scaling } from "./trigger-fields";
import type { IdField, ServiceConfig } from "./types";
import type { Valid } from "./valid";
import { keysOf, omit } from "./values";

export { cloudNames };
export type {
  BuildConfig,
  CloudName,
  Compute,
  IdField,
  NetworkConfig,
  ReleaseConfig,
  ServiceArgs,
  ServiceConfig,
} from "./types";

/**
 * The stack file's schema: every field of `immutable-service:service` with its meaning, range and default, from which
 * the reference in docs/stack-file.md is generated. Rules across fields, and what one cloud refuses, are in checks.ts
 * and in each cloud's limits.ts.
 */

const whenRemoved = (what: string, when: string) =>
  oneOf(["keep", "delete"], {
    default: "keep",
    description:
      `What happens with ${what} when ${when}. With \`keep\` everything stays in place, and the same stack takes it back ` +
      "when it needs it again; `delete` deletes it with its contents. The value of the last update counts.",
  });

const files = object(
  {
    whenRemoved: whenRemoved("the object storage", "`files` is removed, or the stack is destroyed"),
    keepVersions: integer("days", 1, 3650, {
      default: 30,
      description: "The time for which an overwritten or deleted object can be restored.",
    }),
    share: object(
      {
        path: string("an absolute path such as /files", /^\/[A-Za-z0-9._/-]{1,127}$/, {
          default: "/files",
          description: "Where the shared file system is mounted. The app receives it as `FILES_PATH`.",
        }),
        whenRemoved: whenRemoved("the shared file system", "`files.share` is removed, or the stack is destroyed"),
      },
      { optional: "none", description: "A shared file system, which every instance mounts beside the object storage." },
    ),
  },
  {
    optional: "none",
    description:
      "Object storage for the service, to which the app's role has access. The app receives it as " +
      "`FILES_BUCKET`, `FILES_REGION` and `FILES_ENDPOINT`.",
  },
);

const logs = object(
  {
    retentionDays: integer("days", 1, 3653, {
      default: 30,
      description:
        "The time for which logs are kept. AWS has only [certain " +
        "values](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).",
    }),
    whenRemoved: whenRemoved("the logs", "the stack is destroyed"),
  },
  { default: {}, description: "The logs in the cloud's log service." },
);

const releaseSchema = object(
  {
    version,
    renewedAt,
    image: existingImage,
    ...inheritedInstanceFields,
    health: inheritedHealth,
    weight: integer("percent", 0, 100, {
      description:
        "The share of requests that the release gets; 0 keeps it ready. All weights together are at most 100.",
    }),
    instances: field(instances, { optional: "the service's", description: "The number of instances of this release." }),
  },
  {},
);

/**
 * The fields of a release that are not part of its id: a change of them leaves its instances as they are. Every other
 * field is part of the id, so that a change makes a new release.
 */
export const besideId = ["weight", "instances"] as const;

/**
 * The fields of a release that are part of its id: the version, and every field that shapes an instance. Does not
 * compile for a field that types.ts lacks: run `npm run docs`.
 */
export const idFields: readonly IdField[] = keysOf(omit(releaseSchema.shape, besideId));

/** Every field of a service, in the order of the reference. */
export const serviceFields = {
  name: string(
    "a name of 2 to 24 lowercase letters, digits and dashes, which begins with a letter and does not end with a dash",
    /^[a-z][a-z0-9-]{0,22}[a-z0-9]$/,
    { description: "The name of the service, part of every resource's name. Changing it creates another service." },
  ),
  compute: oneOf(["container", "vm"], { description: "What an instance is: a container or a virtual machine." }),
  version,
  renewedAt,
  image,
  ...instanceFields,
  instances: field(instances, { default: {} }),
  health,
  files,
  logs,
  scaling,
  network,
  loadBalancer,
  tls,
  gate,
  rollout,
  previous,
  freeze,
  freezeOverride,
  releases: list(releaseSchema, "releases", [0, 4], {
    default: [],
    description:
      "Further releases that stay live beside the service's own: a canary, or the previous release, to revert to " +
      "in seconds. A field that is left out has the service's value.",
  }),
  permissions,
  policyArns,
  aws: field(cloudBlocks.aws, { default: {} }),
  alicloud: field(cloudBlocks.alicloud, { default: {} }),
  tags: mapping("tag names to strings", string("a string of at most 128 characters", /^.{0,128}$/s, {}), {
    default: {},
    description:
      "Tags of every resource that supports them, at most 12. Names have at most 64 characters and values at most " +
      "[128](https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources); " +
      "both have only letters, digits, spaces and `_.:/=+-@` " +
      "([IAM](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html)). A name does not begin with " +
      "`immutable-service`, in any case: such tags mark what a stack owns and keeps.",
  }),
};

/** The whole of `immutable-service:service`. */
export const serviceSchema = object(serviceFields, {});

/** The valid fields of a service: what checks get. */
export type ValidFields = Valid<ServiceConfig>;
