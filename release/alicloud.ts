import { Clients } from "../verify/checks/alicloud/clients";
import { type Rule, listRules, sharesOf } from "../components/clouds/alicloud/rules.remote";
import { metricCalls } from "../components/clouds/alicloud/rollout-metrics.remote";
import { targetHealth } from "../components/clouds/alicloud/target-health.remote";
import { rolloutTag } from "../components/clouds/tag-keys";
import { type Subject, ofType, textOf } from "../verify/subject";
import type { LiveSplit } from "./split";

interface Tags {
  readonly NextToken?: string;
  readonly TagResources?: readonly {
    readonly ResourceId: string;
    readonly TagKey: string;
    readonly TagValue: string;
  }[];
}

/** The traffic split of a service on Alibaba Cloud. */
export function liveSplitOf({ region, resources, loadBalancer }: Subject): LiveSplit {
  const api = new Clients(region).api("alb");
  const recorded = ofType(resources, "TrafficRule").map(({ inputs }) => inputs);
  const names = recorded.map((inputs) => textOf(inputs?.name));
  const servers = (ids: readonly string[]) => ({ ResourceType: "servergroup", ResourceId: ids });
  return {
    async read() {
      const rules: readonly (Rule & { readonly ListenerId?: string })[] = await listRules(api, {
        LoadBalancerIds: [loadBalancer],
      });
      const split = rules.find(({ RuleName = "" }) => names.includes(RuleName));
      const shares = [...sharesOf(split?.RuleActions)];
      if (split === undefined || shares.length === 0) return [];
      const pages = await api.pages<Tags>("ListTagResources", servers(shares.map(([targetGroup]) => targetGroup)));
      const tags = pages.flatMap(({ TagResources = [] }) => TagResources).filter(({ TagKey }) => TagKey === "release");
      return Promise.all(
        shares.map(async ([targetGroup, weight]) => {
          const { normal, others } = await targetHealth(api, textOf(split.ListenerId), targetGroup);
          return {
            targetGroup,
            release: tags.find(({ ResourceId }) => ResourceId === targetGroup)?.TagValue ?? targetGroup,
            weight,
            healthy: normal.length,
            others: others.length,
          };
        }),
      );
    },
    alarms(names) {
      const route = () => Promise.reject(new Error("no metrics are read here"));
      return metricCalls(region, textOf(recorded[0]?.monitoring), route).alarms(names);
    },
    async ask(targetGroup, end) {
      await api.request("TagResources", { ...servers([targetGroup]), Tag: [{ Key: rolloutTag, Value: end }] });
    },
  };
}
