import { describeError } from "../../../components/clouds/alicloud/api.remote";
import { credentials } from "../../../components/clouds/alicloud/credentials.remote";
import { accountOf } from "../../../components/clouds/alicloud/sts.remote";
import { type Check, passed } from "../../verdict";
import { type Wishes, judgeRole, productCheck } from "../prerequisites";
import { judgeQuotas } from "../quotas";
import { Clients } from "./clients";
import { readQuotas } from "./quotas";

/** https://www.alibabacloud.com/help/en/ram/user-guide/service-linked-roles */
const roles = {
  scaling: { service: "ess.aliyuncs.com", role: "AliyunServiceRoleForAutoScaling" },
  balancing: { service: "alb.aliyuncs.com", role: "AliyunServiceRoleForAlb" },
  gateways: { service: "nat.aliyuncs.com", role: "AliyunServiceRoleForNatgw" },
  containers: { service: "eci.aliyuncs.com", role: "AliyunServiceRoleForECI" },
  shares: { service: "nas.aliyuncs.com", role: "AliyunServiceRoleForNasStandard" },
} as const;

/** What an account must have before the first update of a service on Alibaba Cloud. */
export function prerequisitesOf(wishes: Wishes): Check[] {
  const { region, compute, files, share, secrets, registry, gateways, instances, cpu } = wishes;
  const clients = new Clients(region);
  const inContainers = compute === "container";
  const open = (page: string, command?: string) =>
    `activate it at https://${page}.console.aliyun.com${command === undefined ? "" : `, or run: ${command}`}`;
  const needed = [
    roles.scaling,
    roles.balancing,
    ...(gateways > 0 ? [roles.gateways] : []),
    ...(inContainers ? [roles.containers] : []),
    ...(share ? [roles.shares] : []),
  ];
  return [
    { name: "account", run: async () => passed(await accountOf(await credentials(), region)) },
    productCheck(
      "Simple Log Service",
      () => clients.sls().request("GET", { query: { offset: "0", size: "1" } }),
      open("sls"),
    ),
    ...(files
      ? [productCheck("OSS", () => clients.oss().request("GET", { query: { "max-keys": "1" } }), open("oss"))]
      : []),
    ...(share
      ? [
          productCheck(
            "NAS",
            () => clients.api("nas").request("DescribeFileSystems", { PageSize: 1 }),
            open("nas", "aliyun nas OpenNASService"),
          ),
        ]
      : []),
    ...(secrets
      ? [
          productCheck(
            "KMS",
            () => clients.api("kms").request("ListSecrets", { PageSize: 1 }),
            open("kms", "aliyun kms OpenKmsService"),
          ),
        ]
      : []),
    ...(inContainers
      ? [
          productCheck(
            "Elastic Container Instance",
            () => clients.api("eci").request("DescribeContainerGroups", { Limit: 1 }),
            open("eci"),
          ),
        ]
      : []),
    ...(registry
      ? [
          productCheck(
            "Container Registry",
            () => clients.api("cr").request("ListInstance", { PageSize: 1 }),
            open("cr"),
          ),
        ]
      : []),
    ...needed.map(({ role, service }): Check => ({
      name: `role: ${role}`,
      run: async () =>
        judgeRole(
          await hasRole(clients, role),
          role,
          `aliyun resourcemanager CreateServiceLinkedRole --ServiceName ${service}`,
        ),
    })),
    {
      name: "quota: vCPUs",
      // A release stands beside the one before it.
      run: async () =>
        judgeQuotas(await readQuotas(clients, inContainers ? "eci" : "ecs", /v?cpu|core/i, 2 * instances * cpu)),
    },
  ];
}

async function hasRole(clients: Clients, role: string): Promise<boolean> {
  try {
    await clients.api("resourcemanager").request("GetRole", { RoleName: role });
    return true;
  } catch (error) {
    if (describeError(error).includes("EntityNotExist.Role")) return false;
    throw error;
  }
}
