import { anyString, list, mapping, object, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { perCloud } from "./per-cloud";
import { input, union } from "./unions";

/** The policies that are attached to the app's role. */
export const policyArns = perCloud(
  (orPerCloud) => list(input(string("a policy's ARN", nonEmpty, {})), `policies' ARNs${orPerCloud}`, [0, 10], {}),
  { needed: (cloud) => `the policies on ${cloud}, or [] for none` },
  {
    default: [],
    description:
      "Policies that are attached to the app's role, beside access to its own files, logs and secrets: on AWS " +
      "the ARNs of IAM policies; on Alibaba Cloud ARNs such as " +
      "`acs:ram:*:system:policy/AliyunOTSReadOnlyAccess`, or the names of the account's own policies.",
  },
);

const conditionValue = union(
  {
    "one value": anyString("a string"),
    "several values": list(anyString("a string"), "strings", [1, 50], {}),
  },
  (value) => (Array.isArray(value) ? "several values" : "one value"),
);

const statement = object(
  {
    actions: list(string("an action such as sqs:SendMessage", nonEmpty, {}), "actions", [1, 50], {
      description:
        "What the app may do, as the cloud's policies name it, such as `sqs:SendMessage` or `oss:GetObject`; `*` and `?` " +
        "in the part after the colon stand for other characters. Writing to IAM or RAM is refused.",
    }),
    resources: list(input(string("a resource's ARN, or *", nonEmpty, {})), "resources' ARNs", [1, 50], {
      description:
        "The ARNs of what it may do it with, on Alibaba Cloud such as `acs:mns:*:*:/queues/orders/*`. `*` is refused for " +
        "all actions of a service.",
    }),
    conditions: mapping(
      "condition operators such as StringEquals to conditions",
      mapping("condition keys to values", conditionValue, {}),
      { optional: "none", description: "When it may, as in the cloud's policies: operators, keys and values." },
    ),
  },
  {},
);

/** What the app may do beside its own files, logs and secrets. */
export const permissions = perCloud(
  (orPerCloud) => list(statement, `statements { actions, resources }${orPerCloud}`, [0, 10], {}),
  { needed: (cloud) => `the statements on ${cloud}, or [] for none` },
  {
    default: [],
    description:
      "What the app may do in the cloud, beside access to its own files, logs and secrets. A statement is in force before " +
      "the first instance of a new release starts, and a removed one until the last instance of the old release has ended.",
  },
);
