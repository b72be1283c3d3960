import type { PermissionRules } from "../permissions";

/**
 * What RAM's policies know.
 * https://www.alibabacloud.com/help/en/ram/policy-elements
 */
export const permissionRules: PermissionRules = {
  cloud: "RAM",
  resource: {
    pattern: /^acs:[a-z0-9-]+:[a-z0-9*-]*:(\d{16}|\*)?:\S+$/,
    what: "an ARN such as acs:mns:*:*:/queues/orders/messages",
  },
  accessControl: {
    services: ["ram", "ims", "resourcemanager", "cloudsso"],
    reads: /^(Get|List)[A-Za-z*?]*$/,
    what: "RAM",
  },
  operators:
    /^(String(Not)?Equals(IgnoreCase)?|String(Not)?Like|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|(Not)?IpAddress)$/,
};
