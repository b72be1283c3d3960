import { boolean, field, integer, list, object, oneOf, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { ipv4Range, ipv4RangeText } from "./network-fields";
import { rangeMeant } from "./meant";
import { perCloud } from "./per-cloud";
import { input } from "./unions";

const targetGroupLimits =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html";

const healthSchema = object(
  {
    path: string(
      "a path of at most 128 characters such as /healthz, with %C3%BC and the like for what is not ASCII",
      /^\/[!"$-~]{0,127}$/,
      {
        default: "/healthz",
        description: "The path that answers with a status from 200 to 299 when the instance can serve.",
      },
    ),
    interval: integer("seconds", 1, 300, {
      default: 5,
      description: `The time between two checks of an instance. At least 5 on [AWS](${targetGroupLimits}).`,
    }),
    timeout: integer("seconds", 1, 120, {
      default: 4,
      description:
        `The time after which a check without a response fails; less than \`interval\`. At least 2 on ` +
        `[AWS](${targetGroupLimits}).`,
    }),
    healthyAfter: integer("seconds", 1, 3000, {
      default: 10,
      description:
        `The time for which checks must pass before an instance gets traffic: [2 to 10](${targetGroupLimits}) ` +
        "intervals.",
    }),
    unhealthyAfter: integer("seconds", 1, 3000, {
      default: 30,
      description:
        `The time for which checks must fail before an instance gets no more traffic and is replaced: ` +
        `[2 to 10](${targetGroupLimits}) intervals. A short time replaces ` +
        "instances that are only overloaded, and the others get their load. An app that has ended is restarted or " +
        "replaced without waiting for it.",
    }),
    startWithin: integer("seconds", 10, 3600, {
      default: 180,
      description:
        "The time from launch within which an instance must become healthy; not less than `healthyAfter`. Failed " +
        "checks do not count before, and the release fails after. On Alibaba Cloud, an instance that is added to a " +
        "running release gets traffic only after this time, at least 30 seconds: keep it close to what the app needs.",
    }),
  },
  { description: "The health check of an instance, to the second." },
);

/** The health check of an instance. */
export const health = field(healthSchema, { default: {} });
/** The same of a further release, which has the service's where it has none. */
export const inheritedHealth = field(healthSchema, { optional: "the service's" });

/** The load balancer. */
export const loadBalancer = object(
  {
    internal: boolean({
      default: false,
      description: "Whether the load balancer is in the private subnets, and only the network can reach it.",
    }),
    allowFrom: list(string(ipv4RangeText, ipv4Range, { hint: rangeMeant }), "IPv4 ranges", [1, 50], {
      default: ["0.0.0.0/0"],
      description: "The IPv4 ranges that can reach the load balancer.",
    }),
    drain: integer("seconds", 0, 900, {
      default: 30,
      description: "The time that an instance has to finish its requests before it is stopped.",
    }),
    idleTimeout: integer("seconds", 1, 4000, {
      default: 60,
      description:
        "The time after which the load balancer closes an idle connection. The app receives 15 seconds more as " +
        "`KEEP_ALIVE_SECONDS`. The limits are " +
        "[AWS's](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).",
    }),
  },
  { default: {}, description: "The load balancer, at the service's address." },
);

/** HTTPS. */
export const tls = object(
  {
    certificate: perCloud(
      (orPerCloud) => input(string(`a certificate's reference, such as its ARN${orPerCloud}`, nonEmpty, {})),
      { needed: (cloud) => `the reference of the certificate on ${cloud}` },
      {
        description:
          "The certificate in the cloud's certificate service: on AWS an ACM ARN, on Alibaba Cloud the id and " +
          "region, such as `12345678-cn-hangzhou`.",
      },
    ),
  },
  { optional: "HTTP on port 80 only", description: "HTTPS on port 443, with a redirect from HTTP." },
);

/** The gate. */
export const gate = object(
  {
    from: oneOf(["here", "none"], {
      default: "here",
      description:
        "Where the gate sends its requests from: `here` (where Pulumi runs, which must reach the load balancer), " +
        "or `none` (no gate: only the load balancer's health check decides).",
    }),
    answers: integer("responses", 1, 100, {
      default: 3,
      description: "How many consecutive responses from 200 to 299 a release must give, at one request a second.",
    }),
    within: integer("seconds", 5, 3600, {
      default: 60,
      description: "The time within which it must give them; more than `answers`.",
    }),
    url: string("a URL such as https://books.example.com", /^https?:\/\/[^\s/]+(\/\S*)?$/, {
      optional: "the load balancer's own address",
      description: "Another address of the load balancer, such as a tunnel's.",
    }),
  },
  { default: {}, description: "The check that a release must pass before it gets traffic." },
);
