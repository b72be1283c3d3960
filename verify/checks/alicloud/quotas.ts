import type { Subject } from "../../subject";
import type { Check } from "../../verdict";
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
export function quotaChecks(clients: Clients, { spec }: Subject): Check[] {
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
