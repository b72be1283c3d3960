import type { z } from "zod";
import { either, fields, isMapping, list, mapping, number, oneOf, plain, text, whole, yesNo } from "./fields";

/**
 * The stack file's schema: every field that `immutable-service:service` knows, with its meaning, unit, limits and
 * default. The reference in docs/stack-file.md is generated from the descriptions here. What one field says against
 * another, and what only one cloud refuses, is checked in checks.ts and in each cloud's limits.ts.
 */

/** Where a service can run. */
export const cloudNames = ["aws", "alicloud"] as const;
/** A cloud: Amazon Web Services or Alibaba Cloud. */
export type CloudName = (typeof cloudNames)[number];

/** What an instance is: a virtual machine from a machine image, or a container on the cloud's container service. */
export type Compute = "container" | "vm";

/** A value that is the same on both clouds, or one per cloud. */
export type PerCloud = string | { aws?: string | undefined; alicloud?: string | undefined };

const anyText = /^\S.*$/s;

/** Below the project's folder, with `/`. */
const relativePath = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\s\\]+$/;

const perCloud = (what: string, pattern = anyText) =>
  either(
    {
      "the same on both clouds": text(`${what}, or one per cloud as { aws: …, alicloud: … }`, pattern),
      "one per cloud": fields({ aws: text(what, pattern).optional(), alicloud: text(what, pattern).optional() }),
    },
    (written) => (isMapping(written) ? "one per cloud" : "the same on both clouds"),
  );

const variables = mapping("names of environment variables to texts", plain());

const size = fields({
  cpu: number("vCPUs", 0.25, 192)
    .default(0.5)
    .describe(
      "vCPUs of one instance. 0.25 to 192; default 0.5. On containers the cloud must offer this very size ([Fargate's sizes](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html)); on vm the cheapest machine that has it is taken.",
    ),
  memoryGiB: number("GiB", 0.5, 1536).default(1).describe("Memory of one instance in GiB. 0.5 to 1536; default 1."),
});

const disk = fields({
  sizeGiB: whole("GiB", 20, 16_384)
    .default(20)
    .describe(
      "The disk of one instance in GiB, encrypted and gone with it. 20 to 16384 (on [Fargate](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html) 200); default 20.",
    ),
  rootDevice: text("a device such as /dev/xvda", /^\/dev\/[a-z0-9/]{2,30}$/)
    .default("/dev/xvda")
    .describe(
      "AWS on vm only: the machine image's root device, /dev/xvda (default) on Amazon Linux and Debian, /dev/sda1 on Ubuntu and Red Hat. Another name than the image's would add a second disk and leave the root as the image has it.",
    ),
});

const instances = fields({
  min: whole("instances", 1, 1000)
    .default(2)
    .describe("The fewest instances, also while nothing happens. 1 to 1000; default 2, so that one may vanish."),
  max: whole("instances", 1, 1000)
    .optional()
    .describe(
      "The most instances that triggers may ask for. 1 to 1000, not below min; default: the same as min, so the number is fixed.",
    ),
  start: whole("instances", 1, 1000)
    .optional()
    .describe(
      "How many instances a new release starts with before it takes traffic. 1 to 1000, from min to max; default: the same as min. Set it to what the peak needs if releases come at the peak.",
    ),
});

/** What `image.build` may say. */
export const buildFields = fields({
  from: perCloud(
    "what the image starts from: on containers an operating system's image by digest, on vm a machine image's id",
  ).describe(
    "What the image starts from, one or one per cloud: on container an operating system's image by digest (Debian's, name@sha256:…), on vm the id of a machine image of Debian with cloud-init.",
  ),
  artifact: text("the path of the application's file, such as images/app/target/bookstore.war", relativePath).describe(
    "The application's file (the example's: a WAR), built before, by its path from the project's folder.",
  ),
  folder: text("a folder such as images", relativePath)
    .default("images")
    .describe("The folder of the recipe, by its path from the project's; default images."),
  arguments: mapping("names of arguments to texts", plain())
    .default({})
    .describe(
      "Docker's build arguments on container, Ansible's variables on vm, each a text, [as images/README.md lists them](../images/README.md); default none.",
    ),
  repository: perCloud(
    "a repository such as registry.example.com/team/bookstore, without a tag",
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
  )
    .optional()
    .describe(
      "Containers only: the repository that the image is pushed to, one or one per cloud. Default on AWS: one of the service's own in ECR. On Alibaba Cloud it is needed: one of a Container Registry Enterprise Edition instance.",
    ),
  registry: text(
    "the id of a Container Registry Enterprise Edition instance such as cri-0123456789abcdef",
    /^cri-[a-z0-9]{4,32}$/,
  )
    .optional()
    .describe(
      "Containers on Alibaba Cloud only: the id of the Container Registry Enterprise Edition instance that repository names. With it the stack makes the repository, in a namespace that is there, with tags that nobody can overwrite and the retention rule. Default: the repository is there, with what you have set on it.",
    ),
  revision: text(
    "a text of at most 64 letters, digits, dots, dashes and underscores, such as a commit's hash",
    /^[A-Za-z0-9._-]{1,64}$/,
  )
    .optional()
    .describe(
      "What the artifact was built from, such as a commit; it is written on the image and is no part of its recipe. Default: not written.",
    ),
  source: text("a URL such as https://git.example.com/bookstore", /^https?:\/\/\S+$/)
    .optional()
    .describe("Where the sources are; it is written on the image and is no part of its recipe. Default: not written."),
  keep: whole("images", 1, 1000)
    .default(10)
    .describe(
      "How many images of the service the retention rule keeps, the newest. 1 to 1000; default 10. Keep more than you may want to go back.",
    ),
});

/** What an engineer writes to have an image baked in the stack. */
export type WrittenBuild = z.output<typeof buildFields>;

const givenImage = perCloud(
  "an image: on containers a reference by digest (registry/name@sha256:…), on vm the machine image's id",
);

const image = either(
  {
    "an image that is there": givenImage,
    "one that the stack bakes": fields({
      build: buildFields.describe("Bakes the image in the stack, from the recipe in a folder."),
    }),
  },
  (written) => (isMapping(written) && "build" in written ? "one that the stack bakes" : "an image that is there"),
);

const architecture = oneOf("x86_64", "arm64").describe(
  "The processor that the image is built for: x86_64 (default) or arm64.",
);
const port = whole("", 1, 65535).describe(
  "The TCP port on which the app listens for HTTP; told to it as PORT. 1 to 65535; default 8080.",
);
const command = list(text("a text", /[\s\S]*/), "texts", 100, 1).describe(
  "The command and its arguments, instead of the image's own, 1 to 100 texts. Containers only; default the image's own.",
);
const secrets = mapping("names of environment variables to secrets", perCloud("a secret's reference, such as its ARN"));

/** What shapes an instance: a change of any of it makes another release. */
const releaseFields = {
  version: text(
    'a text of letters, digits, dots and dashes such as "1.4.2" (at most 24; in quotes, so that YAML does not read a number)',
    /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,22}[0-9A-Za-z])?$/,
  ).describe("The release's version. Letters, digits, dots and dashes, at most 24. In quotes."),
} as const;

const imageText =
  "The image of an instance: on container a reference by digest (registry/name@sha256:…), never a moving tag; on vm the machine image's id. One text, or one per cloud: { aws: …, alicloud: … }";

const releaseSchema = fields({
  ...releaseFields,
  image: givenImage.describe(`${imageText}.`),
  architecture: architecture.optional(),
  port: port.optional(),
  size: size.optional(),
  disk: disk.optional(),
  command: command.optional(),
  environment: variables.optional(),
  secrets: secrets.optional(),
  weight: whole("percent", 0, 100).describe(
    "The share of requests that goes to this release, in percent; 0 keeps it ready for a way back. 0 to 100, all of them together at most 100.",
  ),
  instances: instances.optional().describe("The number of instances of this release; default: the service's."),
});

const metricTrigger = fields({
  metric: oneOf("cpu", "memory", "requests").describe(
    "cpu and memory: the average over the instances, in percent. requests: per instance and minute.",
  ),
  target: number("percent or requests per instance and minute", 1, 1_000_000).describe(
    "What the triggers keep the metric near: percent (10 to 90) for cpu and memory, requests per instance and minute (1 to 1000000) for requests.",
  ),
});

const scheduleTrigger = fields({
  schedule: text(
    'five cron fields, minute hour day-of-month month day-of-week, such as "0 8 * * MON-FRI"',
    anyText,
  ).describe("When: five cron fields, minute hour day-of-month month day-of-week."),
  timezone: text("a time zone's IANA name such as Asia/Shanghai", anyText)
    .default("UTC")
    .describe("The time zone of the schedule, by its IANA name; default UTC."),
  min: whole("instances", 0, 1000).describe("The fewest instances from then on. 0 to 1000."),
  max: whole("instances", 1, 1000).describe("The most instances from then on. 1 to 1000, not below min."),
});

/** The shapes of a trigger: a metric's target, or a schedule. */
export const triggers = { metric: metricTrigger, schedule: scheduleTrigger } as const;

/** The shape that a trigger was meant for, also where its first word is misspelt. */
export function kindOfTrigger(written: unknown): keyof typeof triggers | undefined {
  if (!isMapping(written)) return undefined;
  if ("metric" in written) return "metric";
  return ["schedule", "timezone", "min", "max"].some((key) => key in written) ? "schedule" : "metric";
}

const trigger = either(triggers, kindOfTrigger, "a mapping, { metric, target } or { schedule, timezone, min, max }");

const cidr = text("an IPv4 range such as 10.0.0.0/16", /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/);

const newNetwork = fields({
  cidr: cidr
    .default("10.0.0.0/16")
    .describe("The address range of the new network, a /16 to a /20; default 10.0.0.0/16."),
  zones: either(
    { number: whole("zones", 2, 6), names: list(text("a zone's name or id", anyText), "zones", 6, 2) },
    (written) => (Array.isArray(written) ? "names" : typeof written === "number" ? "number" : undefined),
    "a whole number of zones from 2 to 6, or a list of their names",
  )
    .default(2)
    .describe("How many zones to spread over (2 to 6; default 2), or a list of their names."),
  egress: oneOf("nat-per-zone", "nat", "endpoints")
    .default("nat-per-zone")
    .describe(
      "The instances' one way out: nat-per-zone (default; survives the loss of a zone), nat (one for all zones, cheaper), or endpoints (no internet at all, only the cloud's own services).",
    ),
});

const givenNetwork = fields({
  vpcId: text("a network's id", anyText).describe(
    "The id of a network of your own; with it the subnets' ids are needed.",
  ),
  privateSubnetIds: list(text("a subnet's id", anyText), "subnet ids", 6, 2).describe(
    "The subnets for the instances, in 2 to 6 zones, with a way out to the image's registry and the cloud's services.",
  ),
  publicSubnetIds: list(text("a subnet's id", anyText), "subnet ids", 6, 2)
    .optional()
    .describe(
      "The subnets for a load balancer that the internet can reach, in 2 to 6 zones; not needed for an internal one.",
    ),
});

const oneNetwork = either({ "a new network": newNetwork, "your own": givenNetwork }, (written) =>
  isMapping(written) && ["vpcId", "privateSubnetIds", "publicSubnetIds"].some((key) => key in written)
    ? "your own"
    : "a new network",
);

const network = either(
  {
    "the same on both clouds": oneNetwork,
    "one per cloud": fields({ aws: oneNetwork.optional(), alicloud: oneNetwork.optional() }),
  },
  (written) =>
    isMapping(written) && cloudNames.some((name) => name in written) ? "one per cloud" : "the same on both clouds",
);

/** Every field of a service, in the order in which the reference tells them. */
export const serviceFields = {
  name: text(
    "a name of 2 to 24 lower-case letters, digits and dashes that starts with a letter and ends without a dash",
    /^[a-z][a-z0-9-]{0,22}[a-z0-9]$/,
  ).describe(
    "The service's name: 2 to 24 lower-case letters, digits and dashes. It is in every resource's name; changing it makes another service.",
  ),
  compute: oneOf("container", "vm").describe("What an instance is: container or vm."),
  ...releaseFields,
  image: image.describe(`${imageText}; or { build: { … } }, which bakes it in the stack.`),
  architecture: architecture.default("x86_64"),
  port: port.default(8080),
  size: size.prefault({}).describe("The size of one instance."),
  disk: disk.prefault({}).describe("The disk of one instance."),
  command: command.optional(),
  environment: variables
    .default({})
    .describe(
      "Environment variables for the app, each a text. The names PORT, SERVICE_*, FILES_* and LOGS_* are taken. Default none.",
    ),
  secrets: secrets
    .default({})
    .describe(
      "Environment variables whose values come from the cloud's secret store when an instance starts: name to reference (AWS: the ARN of a Secrets Manager secret or of an SSM parameter; Alibaba Cloud: acs:kms:REGION:ACCOUNT:secret/NAME), one or one per cloud. The value itself is never read by Pulumi. Default none.",
    ),
  instances: instances.prefault({}).describe("How many instances."),
  health: fields({
    path: text("a path such as /healthz", /^\/[^\s#]{0,127}$/)
      .default("/healthz")
      .describe("The path that answers 200 to 299 when an instance can serve; default /healthz."),
    interval: whole("seconds", 1, 300)
      .default(5)
      .describe(
        "Seconds between two checks of an instance. 1 to 300 ([AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html): 5 to 300); default 5.",
      ),
    timeout: whole("seconds", 1, 120)
      .default(2)
      .describe(
        "Seconds after which a check without an answer has failed. 1 to 120 ([AWS](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html): 2 to 120), below interval; default 2.",
      ),
    healthyAfter: whole("seconds", 1, 3000)
      .default(10)
      .describe(
        "Seconds of good answers after which an instance gets traffic. 1 to 3000, and [2 to 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals; default 10.",
      ),
    unhealthyAfter: whole("seconds", 1, 3000)
      .default(10)
      .describe(
        "Seconds of bad answers after which an instance is replaced. 1 to 3000, and [2 to 10](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html) intervals; default 10.",
      ),
    startWithin: whole("seconds", 10, 3600)
      .default(180)
      .describe(
        "Seconds that an instance may take from its launch until it is healthy; before that it is not judged, after that its release has failed. 10 to 3600, not below healthyAfter; default 180.",
      ),
  })
    .prefault({})
    .describe("How an instance's health is found, to the second."),
  files: fields({
    keepVersions: whole("days", 1, 3650)
      .default(30)
      .describe("Days for which an overwritten or deleted object can be brought back. 1 to 3650; default 30."),
    share: fields({
      path: text("an absolute path such as /files", /^\/[A-Za-z0-9._/-]{1,127}$/)
        .default("/files")
        .describe("Where the shared file system is mounted; told to the app as FILES_PATH; default /files."),
    })
      .optional()
      .describe("A shared file system that every instance mounts, beside the object storage."),
  })
    .optional()
    .describe(
      "Object storage of the service's own, reached by role and named to the app by FILES_BUCKET, FILES_REGION and FILES_ENDPOINT. Default: none.",
    ),
  logs: fields({
    retentionDays: whole("days", 1, 3653)
      .default(30)
      .describe(
        "Days for which logs are kept. 1 to 3653 (AWS has only [certain numbers](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html) of days); default 30.",
      ),
  })
    .prefault({})
    .describe("The service's place in the cloud's log service."),
  scaling: list(trigger, "triggers", 20)
    .default([])
    .describe(
      "The triggers that change the number of instances between instances.min and instances.max, at most 20; default none.",
    ),
  network: network
    .prefault({})
    .describe(
      "A new network ({ cidr, zones, egress }, the default) or your own ({ vpcId, privateSubnetIds, publicSubnetIds }); one, or one per cloud: { aws: …, alicloud: … }.",
    ),
  loadBalancer: fields({
    internal: yesNo()
      .default(false)
      .describe("true: only the network itself can reach the load balancer, in its private subnets; default false."),
    allowFrom: list(cidr, "IPv4 ranges", 50, 1)
      .default(["0.0.0.0/0"])
      .describe("The IPv4 ranges that may reach the load balancer, 1 to 50; default everyone, 0.0.0.0/0."),
    drain: whole("seconds", 0, 900)
      .default(30)
      .describe("Seconds that a leaving instance has to finish its requests. 0 to 900; default 30."),
    idleTimeout: whole("seconds", 1, 4000)
      .default(60)
      .describe(
        "Seconds after which the load balancer closes a connection on which nothing moves. 1 to 4000, [AWS's](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html) limits; default 60.",
      ),
  })
    .prefault({})
    .describe("The service's one address."),
  tls: fields({
    certificate: perCloud("a certificate's reference, such as its ARN").describe(
      "The certificate of the cloud's certificate service (AWS: an ACM ARN; Alibaba Cloud: its id and region, such as 12345678-cn-hangzhou), one or one per cloud.",
    ),
  })
    .optional()
    .describe("HTTPS on port 443, and a redirect to it from HTTP. Default: HTTP on port 80 only."),
  gate: fields({
    from: oneOf("here", "none")
      .default("here")
      .describe(
        "Where the gate asks from: here (default; where Pulumi runs must reach the load balancer), or none: only the load balancer's own health check decides.",
      ),
    answers: whole("good answers", 1, 100)
      .default(3)
      .describe("Good answers in a row that a release must give, one a second. 1 to 100; default 3."),
    within: whole("seconds", 5, 3600)
      .default(60)
      .describe(
        "Seconds after which a release that has not given them has failed. 5 to 3600, above answers; default 60.",
      ),
    url: text("a URL such as https://books.example.com", /^https?:\/\/[^\s/]+(\/\S*)?$/)
      .optional()
      .describe(
        "Another address under which the load balancer is reached from here, such as that of a tunnel; default: the load balancer's own.",
      ),
  })
    .prefault({})
    .describe("The check that a release must pass before it gets traffic."),
  releases: list(releaseSchema, "releases", 4)
    .default([])
    .describe(
      "Further releases that stay live beside this one: a canary, or the last one kept for a way back in seconds. Each has its version, image, weight and whatever else shaped it; what is left out is as in the service. At most 4; default none.",
    ),
  tags: mapping("tag names to texts", text("a text of at most 256 characters", /^.{0,256}$/))
    .default({})
    .describe(
      "Tags for every resource that can have them: names of at most 128 characters to texts of at most 256 ([AWS](https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html)); default none.",
    ),
} as const;

/** What one more live release may say. Used apart from the rest because it inherits what it leaves out. */
export const furtherRelease = releaseSchema;

/** The whole of `immutable-service:service`. */
export const serviceSchema = fields(serviceFields);

/** What an engineer writes: `immutable-service:service` of the stack file. */
export type ServiceArgs = z.input<typeof serviceSchema>;

/** The network on one cloud, with its defaults. */
export type WrittenNetwork = z.output<typeof oneNetwork>;

/** What was written with its defaults, on the chosen cloud, before releases have ids. */
export type WrittenService = Omit<z.output<typeof serviceSchema>, "network"> & { readonly network: WrittenNetwork };

/**
 * The fields of a service that are right on their own. Others may be missing because they are wrong; inside `health`,
 * `instances`, `gate` and the triggers a wrong number is NaN, which no comparison finds wrong a second time.
 */
export type Written = Partial<WrittenService>;
