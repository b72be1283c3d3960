/**
 * Every kind of problem that a stack file can have, with what it means. The code is part of the plan's JSON: a script may
 * compare it, so a code keeps its meaning, and a kind of problem that ends takes its code with it. The messages may change
 * in any version. `npm run docs` lists the codes in docs/problems.md.
 */
export const problemCodes = {
  // A single field
  missing: "A required field or key is missing, or a value that the chosen cloud or another field requires.",
  empty: "A field has no value after its colon.",
  "wrong-type": "A value is of another type: text for a number, a mapping for a list.",
  "out-of-range": "A number is too small or too large, for the field or for the chosen platform.",
  "wrong-length": "A list has too few or too many items, for the field or for the chosen platform.",
  "too-long": "A text, or all texts of a mapping together, is longer than the platform accepts.",
  "invalid-format": "A text does not have the form that the field requires.",
  "unknown-value": "A value is none of the words that the field accepts.",
  "not-quoted": "YAML reads a text as a number, a date, or true or false: it needs quotes.",
  "unknown-field": "A mapping has a field that does not exist.",
  "not-together": "A field cannot be combined with another one that is given.",
  "listed-twice": "A list has an item twice.",

  // The stack's keys
  "unknown-key": "A key of the program's namespace does not exist.",
  "misplaced-key": "A field of the service is a key beside it.",
  "unsupported-key": "A key of the provider has a value that the program's own requests cannot have.",
  "wrong-namespace": "The service is under a key of another namespace.",
  "unknown-region": "The region does not exist, or its partition is not supported.",
  "encrypted-value": "The service has an encrypted value, which an update would write as plain text.",
  "read-differently": "The engine reads a part of the YAML file as another value.",
  "invalid-yaml": "The file is not YAML.",

  // Numbers of instances, triggers
  "max-below-min": "A maximum is below its minimum.",
  "start-out-of-bounds": "The number of instances at the start is not between the bounds.",
  "invalid-schedule": "A schedule is not a cron expression of five fields that every cloud reads alike.",
  "unsupported-schedule": "The chosen platform cannot express the schedule or its time zone.",
  "invalid-timezone": "A time zone is not the IANA name of one.",
  "repeated-metric": "Two triggers have the same metric.",
  "repeated-schedule": "Two schedules can run in the same minute.",
  "no-effect": "A trigger cannot change the number of instances.",

  // Image
  "image-by-tag": "The image is named by a tag, which can move.",
  "image-by-latest": "The image is named by the tag latest, or by no tag at all, which means the same.",
  "image-short-digest": "The image's digest does not have 64 hexadecimal digits.",
  "image-of-other-compute": "A machine image on container, or a container image on vm.",
  "invalid-image-name": "The image's name is not one that a registry accepts.",
  "image-out-of-reach":
    "No instance can pull the image: it is in another cloud's private registry, or instances have no internet access.",
  "missing-file": "A file or folder of an image that the stack bakes does not exist.",

  // Health, gate, releases
  "health-timeout": "A health check's timeout is not shorter than its interval.",
  "health-thresholds": "A time of the health check is not 2 to 10 intervals.",
  "health-start": "An instance has less time to start than to become healthy.",
  "gate-too-short": "The gate has less time than its responses take.",
  "rollout-too-short":
    "A step of a rollout ends before an unhealthy instance can be found, or a period of the metrics.",
  "rollout-steps": "The steps of a rollout do not rise.",
  "rollout-unwatched": "A rollout watches nothing, and there is no gate.",
  "weights-over-100": "The weights of the releases add up to more than 100 percent.",
  "same-release": "Two releases are the same.",

  // Freezes
  "hold-without-keep": "A time for which the previous release is held is given, and it is not kept.",
  "freeze-order": "A freeze ends before it begins.",
  "freeze-endless": "The freezes of a schedule follow each other without a pause.",
  "stale-override": "The override of the freezes names a version that is not the service's and not one of releases.",

  // Variables, references, names
  "invalid-variable-name": "A name is not one of an environment variable.",
  "reserved-variable": "The program sets a variable of this name itself.",
  "repeated-variable": "A variable is given in environment and in secrets.",
  "invalid-reference": "An id or an ARN does not have the form that the chosen cloud has for it.",
  "invalid-secret-reference": "A reference of a secret does not have the form that the chosen cloud has for it.",
  "invalid-permission": "An action or a condition of a permission does not have the form of the cloud's policies.",
  "permission-too-broad": "A permission would let the app do everything, or give itself every right.",
  "secret-field": "A reference names one field of a secret, which the compute cannot read.",
  "reserved-name": "The service's name begins as names that the cloud reserves.",
  "invalid-tag": "A tag's name or value is one that a service of either cloud refuses.",
  "reserved-tag": "A tag's name is reserved by the program or by a cloud.",
  "path-in-use": "The shared file system would hide files of the system or of the app.",

  // Network
  "invalid-range": "An address range is not one, or not of the required kind or size.",
  "shared-subnet": "A subnet is both private and public.",
  "unknown-zone": "A zone is not one of the region.",
  "unsupported-zone": "Instances of the compute cannot be in a zone.",
  "too-few-zones": "The region has fewer zones.",
  "mixed-zones": "Zones are given by their ids and by their names.",

  // The platform
  "no-such-size": "The platform has no instance of the size.",
  "no-such-retention": "The log service does not keep logs for this time.",
  "not-supported": "The platform does not support a feature.",

  // Not of one field
  "refused-change": "A change would interrupt the release that serves.",
  frozen: "A freeze is in force, and a release that has had no traffic would get some.",
  failed: "There is no plan for another reason; the path is empty.",
} as const;

/** The code of a problem. */
export type ProblemCode = keyof typeof problemCodes;
