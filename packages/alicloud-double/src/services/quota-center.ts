import type { ActionGroup } from "../protocol/action";

/**
 * Quota Center.
 * https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-listproductquotas
 */
export const quotaCenter: ActionGroup = {
  service: "quotas",
  actions: {
    ListProductQuotas({ fields, world }) {
      const found = world.productQuotas.filter(({ product }) => product === fields.string("ProductCode"));
      return {
        Quotas: found.map(({ name, code, limit, used }) => ({
          QuotaName: name,
          QuotaActionCode: code,
          QuotaUnit: "Count",
          Consumable: true,
          TotalQuota: limit,
          TotalUsage: used,
          Dimensions: { regionId: world.region },
        })),
        TotalCount: found.length,
        MaxResults: 100,
      };
    },
  },
};
