/** What is the same on every cloud of the kinds of dynamic resources. A cloud adds the module with its code. */

/**
 * The size with which a release begins: as large as what serves when it is created. It is read once, before the group is
 * created, and recorded: an update that is repeated must not count the group that it has half created.
 */
export const startSizeKind = {
  outputs: { startMin: undefined, startMax: undefined, starts: undefined },
  replaceOnChanges: [],
  updateOnChanges: [],
  reads: false,
  deletes: false,
} as const;

/**
 * The min and max of a group that runs. The provider sets them when it creates the group, and ignores them from then
 * on: it would take back what a schedule has set, at the next update of the group or after a refresh. It is registered after
 * the traffic split: until the traffic has moved, nobody gets fewer instances. Those of a release that is kept are
 * registered before it: the group must not shrink once its traffic is gone.
 */
export const boundsKind = {
  outputs: { applied: undefined, heldUntil: undefined, task: undefined },
  replaceOnChanges: ["group"],
  updateOnChanges: ["min", "max", "schedules", "heldFor"],
  reads: true,
  deletes: true,
} as const;

/** The record of what the program asks for, before anything of it is created or changed. See `IntentArgs`. */
export const intentKind = {
  outputs: {},
  replaceOnChanges: ["renewal"],
  updateOnChanges: ["digest", "attempt"],
  reads: false,
  deletes: false,
} as const;

/** The comparison of the account that the provider uses with the one that the remote modules use. */
export const accountCheckKind = {
  outputs: {},
  replaceOnChanges: [],
  updateOnChanges: [],
  checked: "account",
  reads: false,
  deletes: false,
} as const;

/**
 * The rule that shares requests among the releases. It is read back before the old release is deleted: a failed update
 * of a provider's own rule is recorded as done, and the next update would delete the release that still has the
 * traffic.
 */
export const trafficRuleKind = {
  outputs: { rule: undefined, serving: undefined, lastSplit: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["shares", "url", "requested"],
  reads: true,
  deletes: true,
} as const;

/** The mark of a release on its image, which exists before the release's first instance, and until after its last one. */
export const imageMarkKind = {
  outputs: { marked: undefined },
  replaceOnChanges: [],
  updateOnChanges: ["image"],
  reads: false,
  deletes: true,
} as const;

/** The retention rule of images, which runs with each release. */
export const imageRetentionKind = {
  outputs: { result: undefined },
  replaceOnChanges: [],
  updateOnChanges: ["image", "keep", "releases"],
  reads: false,
  deletes: false,
} as const;
