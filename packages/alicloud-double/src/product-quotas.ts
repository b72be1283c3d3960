/** A quota of a product, as a test sets it. */
export interface ProductQuota {
  product: string;
  name: string;
  code: string;
  limit: number;
  used: number;
}

/** Quotas with room, with names as Quota Center's documentation has them; their codes are the double's own. */
export function newProductQuotas(): ProductQuota[] {
  return [
    { product: "eci", name: "vCPUs of container groups", code: "q_eci_vcpu", limit: 50, used: 2 },
    { product: "ecs", name: "vCPUs of pay-as-you-go instances", code: "q_ecs_vcpu", limit: 100, used: 4 },
    { product: "alb", name: "Server groups of an account", code: "q_alb_server_groups", limit: 100, used: 2 },
    { product: "alb", name: "Forwarding rules of a listener", code: "q_alb_rules", limit: 100, used: 2 },
    { product: "ess", name: "Scheduled tasks", code: "q_ess_scheduled_tasks", limit: 20, used: 1 },
  ];
}
