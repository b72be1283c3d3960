import { AddTagsCommand, DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { tagsOf } from "../components/clouds/aws/leftovers-balancing.remote";
import { purposeOf, ruleClient, rulesOf, sharesOf } from "../components/clouds/aws/rules.remote";
import { metricCalls } from "../components/clouds/aws/rollout-metrics.remote";
import { rolloutTag } from "../components/clouds/tag-keys";
import { type Subject, ofType, textOf } from "../verify/subject";
import type { LiveSplit } from "./split";

/** The traffic split of a service on AWS. */
export function liveSplitOf(subject: Subject): LiveSplit {
  const client = ruleClient(subject);
  const listeners = ofType(subject.resources, "TrafficRule").map(({ inputs }) => textOf(inputs?.listener));
  const healthOf = async (targetGroup: string) => {
    const { TargetHealthDescriptions: targets = [] } = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
    );
    const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
    return { healthy, others: targets.length - healthy };
  };
  return {
    async read() {
      const rules = (await Promise.all(listeners.map((listener) => rulesOf(client, listener)))).flat();
      const split = rules.find((rule) => purposeOf(rule) === "split");
      const shares = split === undefined ? [] : [...sharesOf(split)];
      const releases = await tagsOf(
        client,
        shares.map(([targetGroup]) => targetGroup),
        "release",
      );
      return Promise.all(
        shares.map(async ([targetGroup, weight]) => ({
          targetGroup,
          release: releases.get(targetGroup) ?? targetGroup.slice(targetGroup.lastIndexOf(":") + 1),
          weight,
          ...(await healthOf(targetGroup)),
        })),
      );
    },
    alarms: (names) => metricCalls(subject.region, "").alarms(names),
    async ask(targetGroup, end) {
      await client.send(new AddTagsCommand({ ResourceArns: [targetGroup], Tags: [{ Key: rolloutTag, Value: end }] }));
    },
  };
}
