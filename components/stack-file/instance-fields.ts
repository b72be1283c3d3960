import { z } from "zod";
import { anyString, boolean, field, integer, list, mapping, number, object, oneOf, string } from "./fields";
import { cpuMeant, memoryMeant } from "./meant";
import { type CloudName, perCloud } from "./per-cloud";
import { input } from "./unions";

/** A string that does not begin with white space. */
export const nonEmpty = /^\S.*$/s;

/** A time with its offset; seconds may be left out. */
const time = new RegExp(
  [z.regexes.datetime({ offset: true }), z.regexes.datetime({ offset: true, precision: -1 })]
    .map(({ source }) => source)
    .join("|"),
);

/** The version of a release. */
export const version = string(
  'a version such as "1.4.2": at most 24 letters, digits, dots and dashes',
  /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,22}[0-9A-Za-z])?$/,
  {
    description: 'The version of the release, in quotes where YAML would read a number, such as "1.10".',
  },
);

/** When the instances of a release were renewed. */
export const renewedAt = string("a time with an offset such as 2026-12-24T18:00Z", time, {
  optional: "none",
  description:
    "Another time makes a new release of the same version, whose instances read their secrets anew. `npm run release -- " +
    "renew` sets it to the time at which it runs. A release of `releases` does not inherit it.",
});

const architecture = oneOf(["x86_64", "arm64"], { description: "The processor architecture of the image." });

const port = integer("", 1, 65535, {
  description: "The TCP port on which the app listens for HTTP. The app receives it as `PORT`.",
});

const size = object(
  {
    cpu: number("vCPUs", 0.25, 192, {
      hint: cpuMeant,
      default: 0.5,
      description:
        "The vCPUs of one instance. On `container`, CPU and memory must be a size that the cloud offers " +
        "([Fargate's](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html)); " +
        "on `vm`, the cheapest instance type of this size is used.",
    }),
    memoryGiB: number("GiB", 0.5, 1536, { hint: memoryMeant, default: 1, description: "The memory of one instance." }),
  },
  { description: "The size of one instance." },
);

const disk = object(
  {
    sizeGiB: integer("GiB", 20, 16_384, {
      default: 20,
      description:
        "The size of the disk, which is encrypted and deleted with its instance. At most 200 on " +
        "[Fargate](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html).",
    }),
  },
  { description: "The disk of one instance." },
);

const command = list(anyString(), "strings", [1, 100], {
  description:
    "The command and its arguments, which replace the image's own (`CMD`); its `ENTRYPOINT` stays. Only on `container`.",
});

const environment = mapping("names of environment variables to strings", input(anyString()), {
  description:
    "Environment variables of the app. The names `PORT`, `KEEP_ALIVE_SECONDS`, `SERVICE_*`, " +
    "`FILES_*` and `LOGS_*` are reserved. A " +
    "value that YAML does not read as a string, such as a number or a date, needs quotes; one that looks like a " +
    "credential gets a warning. A program may give outputs as values.",
});

const secrets = mapping(
  "names of environment variables to references of secrets",
  perCloud(
    (orPerCloud) => input(string(`a secret's reference, such as its ARN${orPerCloud}`, nonEmpty, {})),
    { needed: (cloud) => `the reference of the secret on ${cloud}` },
    {},
  ),
  {
    description:
      "Environment variables whose values an instance reads from the cloud's secret store when it starts, by " +
      "reference: on AWS the ARN of a Secrets Manager secret or an SSM parameter, on Alibaba Cloud " +
      "`acs:kms:REGION:ACCOUNT:secret/NAME`. Each may be given per cloud. Pulumi never reads the value.",
  },
);

const ofOurRecipe = "on for an image that the stack bakes and whose recipe is made for it, off for others";

const hardening = object(
  {
    readOnlyRoot: boolean({
      optional: ofOurRecipe,
      description:
        "Whether the container's root file system is read-only. `/tmp` is a volume of its own then, which is writable; on AWS " +
        "for the image's user only if the image declares it as a volume (`VOLUME /tmp`).",
    }),
    user: string(
      'a user\'s id in quotes such as "1000", perhaps with a group\'s: "1000:1000"',
      /^[1-9]\d{0,8}(:\d{1,9})?$/,
      {
        optional: "the recipe's, or the image's own",
        description:
          'The user that the app runs as, such as "1000", or user and group, such as "1000:1000"; never root.',
      },
    ),
    dropCapabilities: boolean({
      optional: ofOurRecipe,
      description: "Whether the container has no Linux capabilities. Only on AWS.",
    }),
  },
  {
    description:
      "What the app's container must not do. Only on `container`: on `vm` the machine image's unit decides, and the " +
      "recipe's own has such settings.",
  },
);

/** What AWS alone has. */
export const awsBlock = object(
  {
    rootDevice: string("a device such as /dev/xvda", /^\/dev\/[a-z0-9/]{2,30}$/, {
      default: "/dev/xvda",
      description:
        "On `vm`: the root device of the machine image, `/dev/xvda` on Amazon Linux and Debian, `/dev/sda1` on " +
        "Ubuntu and Red Hat. With a wrong name, an instance gets a second disk, and its root disk has the " +
        "image's size.",
    }),
  },
  { description: "Settings that AWS alone has; ignored on other clouds." },
);

/** What Alibaba Cloud alone has. */
export const alicloudBlock = object(
  {
    registry: string(
      "the id of a Container Registry Enterprise Edition instance such as cri-0123456789abcdef",
      /^cri-[a-z0-9]{4,32}$/,
      {
        optional: "the registry admits your network already, or is none of this kind",
        description:
          "On `container`: the Container Registry Enterprise Edition instance from which instances pull. It is closed " +
          "to every network by default. The stack links a new network to it, so that its `-registry-vpc` address " +
          "answers there; an existing network you link yourself. An image at an address that is not Alibaba " +
          "Cloud's is taken to be at a custom domain of this instance. With `image.build`, the stack also creates " +
          "`image.build.repository` in its existing namespace, with immutable tags and the retention rule.",
      },
    ),
    secretsImage: string("an image by its digest (registry/name@sha256:…)", nonEmpty, {
      optional: "no container has `secrets`",
      description:
        "On `container`: the image that fetches `secrets` before the app starts, by its digest. You bake it once, from " +
        "[images/container/secrets](../images/README.md#secrets-on-elastic-container-instance). The app finds each " +
        "secret in a file, whose path is in `NAME_FILE`; the entrypoint of the recipe's images puts it into the " +
        "variable `NAME`.",
    }),
  },
  { description: "Settings that Alibaba Cloud alone has; ignored on other clouds." },
);

/** The blocks of settings that one cloud alone has, which other clouds ignore. */
export const cloudBlocks = { aws: awsBlock, alicloud: alicloudBlock } satisfies Readonly<Record<CloudName, unknown>>;

/** What shapes an instance beside its version and image, with the defaults of the service. */
export const instanceFields = {
  architecture: field(architecture, { default: "x86_64" }),
  port: field(port, { default: 8080 }),
  size: field(size, { default: {} }),
  disk: field(disk, { default: {} }),
  command: field(command, { optional: "the image's own" }),
  environment: field(environment, { default: {} }),
  secrets: field(secrets, { default: {} }),
  hardening: field(hardening, { default: {} }),
};

const inherited = { optional: "the service's" } as const;

/** The same in a further release, which inherits what it leaves out. */
export const inheritedInstanceFields = {
  architecture: field(architecture, inherited),
  port: field(port, inherited),
  size: field(size, inherited),
  disk: field(disk, inherited),
  command: field(command, inherited),
  environment: field(environment, inherited),
  secrets: field(secrets, inherited),
  hardening: field(hardening, inherited),
  aws: field(awsBlock, inherited),
} satisfies Readonly<Record<keyof typeof instanceFields, unknown>> & { readonly aws: unknown };

/** The number of instances of a release. */
export const instances = object(
  {
    min: integer("instances", 1, 1000, {
      default: 2,
      description:
        "The minimum number of instances. With 1, the service is down while its only instance is replaced. " +
        "Another `min` or `max` applies to a running release with the next update, also where that starts or stops instances, " +
        "and after the traffic split. " +
        "Where a schedule has set the bounds since, that schedule's stay until the next one runs.",
    }),
    max: integer("instances", 1, 1000, {
      optional: "the same as `min`: the number is fixed",
      description: "The maximum number of instances to which triggers may scale out; not below `min`.",
    }),
    start: integer("instances", 1, 1000, {
      optional: "the same as `min`",
      description:
        "The number of instances with which a new release starts at least, before it gets traffic, from `min` to `max`. " +
        "It starts with as many as the releases that serve have together, if those are more. " +
        "Where the service has schedules, the bounds of the one whose time has passed last hold for both.",
    }),
  },
  { description: "The number of instances." },
);
