import { type Subject, ofType, releaseOf, textOf } from "../../subject";
import type { Check } from "../../verdict";
import { addressFacts } from "../addresses";
import { type QuotaFacts, judgeQuotas } from "../quotas";
import { type Clients, listIn } from "./clients";

/**
 * A quota as Quota Center has it.
 * https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-listproductquotas
 */
export interface ProductQuota {
  readonly QuotaName?: string;
  readonly QuotaActionCode?: string;
  readonly QuotaUnit?: string;
  readonly TotalQuota?: number;
  readonly TotalUsage?: number;
}

/**
 * What a release adds to, by what a quota's name or code says: Quota Center documents no list of codes. A quota whose
 * name says nothing of these is none of a release's.
 */
const kinds = {
  cpus: /v?cpu|core/i,
  balancing: /server[ _]?group|forwarding[ _]?rule|(^|_)rule/i,
  schedules: /schedule/i,
} as const;

/** Reads the quotas of a product whose names match. */
export async function readQuotas(
  clients: Clients,
  product: string,
  kind: RegExp,
  needs: number,
): Promise<QuotaFacts[]> {
  const api = clients.api("quotas");
  const pages = await api.pages<{ readonly Quotas?: readonly ProductQuota[]; readonly NextToken?: string }>(
    "ListProductQuotas",
    { ProductCode: product, MaxResults: 100, Dimensions: [{ Key: "regionId", Value: clients.region }] },
  );
  return pages
    .flatMap(({ Quotas }) => listIn(Quotas))
    .filter(({ QuotaName = "", QuotaActionCode = "" }) => kind.test(QuotaName) || kind.test(QuotaActionCode))
    .map(({ QuotaName, QuotaActionCode = "", TotalQuota, TotalUsage }) => ({
      name: QuotaName ?? QuotaActionCode,
      limit: TotalQuota,
      used: TotalUsage,
      needs,
      raise: `https://quotas.console.aliyun.com/products/${product}/quotas (${QuotaActionCode})`,
    }));
}

/** The checks that the quotas leave room for one more release. */
export function quotaChecks(clients: Clients, subject: Subject): Check[] {
  const { spec } = subject;
  const [{ shape, instances }] = spec.releases;
  const count = Math.max(instances.start, instances.min);
  const cpus = count * ("cpu" in shape.size ? shape.size.cpu : 2);
  const schedules = spec.scaling.filter(({ kind }) => kind === "schedule").length;
  const product = shape.compute === "container" ? "eci" : "ecs";
  return [
    {
      name: "room for a release: vCPUs",
      run: async () => judgeQuotas(await readQuotas(clients, product, kinds.cpus, cpus)),
    },
    {
      name: "room for a release: load balancer",
      run: async () => judgeQuotas(await readQuotas(clients, "alb", kinds.balancing, 1)),
    },
    {
      name: "room for a release: addresses",
      run: async () => judgeQuotas([await readAddresses(clients, subject, count)]),
    },
    ...(schedules === 0
      ? []
      : [
          {
            name: "room for a release: scheduled tasks",
            run: async () => judgeQuotas(await readQuotas(clients, "ess", kinds.schedules, schedules)),
          },
        ]),
  ];
}

/** Of each vSwitch the cloud keeps four addresses: https://www.alibabacloud.com/help/en/vpc/user-guide/overview-of-vpcs-and-vswitches */
async function readAddresses(clients: Clients, subject: Subject, needs: number): Promise<QuotaFacts> {
  const group = ofType(subject.resources, "ScalingGroup").find(
    (one) => releaseOf(one, subject) === subject.releases[0]?.id,
  );
  const { vswitchIds } = group?.inputs ?? {};
  const ids = Array.isArray(vswitchIds) ? vswitchIds.map(textOf) : [];
  const found = await Promise.all(
    ids.map(async (id) => {
      const query = { VSwitchId: id };
      const { VSwitches } = await clients.api("vpc").request<Switches>("DescribeVSwitches", query);
      const [one] = listIn(VSwitches?.VSwitch);
      return { cidr: one?.CidrBlock ?? "", free: one?.AvailableIpAddressCount };
    }),
  );
  return addressFacts(found, 4, needs);
}

interface Switches {
  readonly VSwitches?: {
    readonly VSwitch?: readonly { readonly CidrBlock: string; readonly AvailableIpAddressCount?: number }[];
  };
}
