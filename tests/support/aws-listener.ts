import type { Action, Rule, RuleCondition, Tag } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Replies, awsError } from "./aws-commands";

/** One listener with its rules, as strict as AWS: a priority has one rule, and what does not exist is an error. */
export class FakeListener {
  /** In the order of their creation. */
  readonly rules: Rule[] = [{ RuleArn: "arn:default", IsDefault: true, Priority: "default" }];
  /** The tags of rules and target groups, by ARN. */
  readonly tags = new Map<string, Record<string, string>>();
  /** Whether the listener exists. */
  exists = true;
  /** How many reads still return a rule as it was before its last change. */
  staleReads = 0;
  private stale: Rule | undefined;
  private created = 0;

  constructor(readonly arn = "arn:listener") {}

  /** The rules without the default one, by priority, as text. */
  get summary(): string[] {
    return this.rules
      .filter(({ IsDefault }) => IsDefault !== true)
      .sort((a, b) => Number(a.Priority) - Number(b.Priority))
      .map(({ Priority, Conditions: [condition] = [], Actions: [action] = [] }) => {
        const shares = action?.ForwardConfig?.TargetGroups?.map(
          ({ TargetGroupArn, Weight }) => `${TargetGroupArn ?? ""}=${Weight ?? 1}`,
        );
        return [
          Priority,
          condition?.HttpHeaderConfig?.Values?.join() ?? condition?.PathPatternConfig?.Values?.join(),
          action?.Type === "redirect" ? "redirect" : (shares?.join(" ") ?? action?.TargetGroupArn),
        ].join(" ");
      });
  }

  readonly replies: Replies = {
    CreateRule: (input: {
      ListenerArn: string;
      Priority: number;
      Conditions: RuleCondition[];
      Actions: Action[];
      Tags: Tag[];
    }) => {
      this.require(input.ListenerArn);
      if (this.rules.some(({ Priority }) => Priority === String(input.Priority)))
        throw awsError("PriorityInUseException", `Priority '${input.Priority}' is currently in use`);
      const RuleArn = `arn:rule-${(this.created += 1)}`;
      const { Conditions, Actions, Priority } = input;
      const rule = { RuleArn, Conditions, Actions, Priority: String(Priority), IsDefault: false };
      this.rules.push(rule);
      this.tags.set(RuleArn, asRecord(input.Tags));
      return { Rules: [rule] };
    },
    DescribeRules: (input: { ListenerArn?: string; RuleArns?: string[] }) => {
      if (input.ListenerArn !== undefined) {
        this.require(input.ListenerArn);
        return { Rules: [...this.rules] };
      }
      return { Rules: (input.RuleArns ?? []).map((arn) => this.read(arn)) };
    },
    ModifyRule: (input: { RuleArn: string; Actions: Action[] }) => {
      const rule = this.find(input.RuleArn);
      this.stale = { ...rule };
      Object.assign(rule, { Actions: input.Actions });
      return { Rules: [rule] };
    },
    DeleteRule: (input: { RuleArn: string }) => {
      this.rules.splice(this.rules.indexOf(this.find(input.RuleArn)), 1);
      return {};
    },
    AddTags: (input: { ResourceArns: string[]; Tags: Tag[] }) => {
      for (const arn of input.ResourceArns) this.tags.set(arn, { ...this.tags.get(arn), ...asRecord(input.Tags) });
      return {};
    },
    RemoveTags: (input: { ResourceArns: string[]; TagKeys: string[] }) => {
      for (const arn of input.ResourceArns)
        this.tags.set(
          arn,
          Object.fromEntries(Object.entries(this.tags.get(arn) ?? {}).filter(([key]) => !input.TagKeys.includes(key))),
        );
      return {};
    },
    DescribeTags: (input: { ResourceArns: string[] }) => ({
      TagDescriptions: input.ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: Object.entries(this.tags.get(ResourceArn) ?? {}).map(([Key, Value]) => ({ Key, Value })),
      })),
    }),
  };

  private require(arn: string): void {
    if (!this.exists || arn !== this.arn) throw awsError("ListenerNotFoundException");
  }

  private find(arn: string): Rule {
    const rule = this.rules.find(({ RuleArn }) => RuleArn === arn);
    if (rule === undefined) throw awsError("RuleNotFoundException");
    return rule;
  }

  private read(arn: string): Rule {
    const rule = this.find(arn);
    if (this.staleReads === 0 || this.stale?.RuleArn !== arn) return rule;
    this.staleReads -= 1;
    return this.stale;
  }
}

function asRecord(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}
