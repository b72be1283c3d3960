import type { LaunchProblems } from "../launch-problems.remote";

/** What Auto Scaling says of instances that it could not start. */
export const launchProblems: LaunchProblems = [
  [
    /HttpTokens|ImdsSupport/i,
    "metadata requires session tokens: Features.ImdsSupport of the image must be v2, which that of an imported image or " +
      "of one from a snapshot is not by default, and its cloud-init must be 23.1 or newer",
  ],
  [/LessThanImageSize/, "disk.sizeGiB must be at least the image's size"],
  [
    /Encrypted/,
    "system disks are encrypted, which the zones ap-southeast-1a and cn-hongkong-d cannot do: use other vSwitches or zones",
  ],
  [
    /DiskCategory/,
    "system disks are ESSDs, which the instance type must have in this zone: use other vSwitches or zones, or another size",
  ],
  [
    // https://www.alibabacloud.com/help/en/eci/user-guide/custom-events-of-elastic-container-instance
    /NoStock|StockClose|out of stock/,
    "the zones have no more instances of this size now: use other vSwitches or zones, or another size, or run the update " +
      "again later",
  ],
  [
    /ErrImagePull|ImagePullBackOff|pull(ing)? image|no such host/i,
    "the instances cannot pull the image: its registry must exist, admit the network (alicloud.registry links a new one " +
      "to an instance of Container Registry Enterprise Edition), and hold this digest",
  ],
  [
    /containerRepositoryAuthorizationFailed/,
    "the account has to activate Container Registry: open its console once, and run the update again",
  ],
  [/NotActivated|not activated/i, "open the product's console once, accept its terms, and run the update again"],
  [
    /CreateServiceLinkedRole/,
    "somebody who may has to run this once: aliyun resourcemanager CreateServiceLinkedRole --ServiceName eci.aliyuncs.com",
  ],
  [
    /init ?container/i,
    "the init container cannot fetch the secrets: each must exist, and the release's policy must allow the app's role to " +
      "read it; the log of the container `secrets` has the reason",
  ],
];
