/** What AWS refuses for load balancers, listeners, rules and target groups, and the emulator accepts. */
import assert from "node:assert/strict";
import { CreateSubnetCommand } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  type ActionTypeEnum,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { emulatedAws, refusalOf } from "./support/emulated-aws";
import { region } from "./support/emulator";
import { aNetwork, type SmallNetwork } from "./support/small-network";

const status = (code: string) => ({
  Type: "fixed-response" as ActionTypeEnum,
  FixedResponseConfig: { StatusCode: code },
});
const forward = (...groups: [arn: string, weight: number][]) => ({
  Type: "forward" as ActionTypeEnum,
  ForwardConfig: { TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
});
const everything = [{ Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }];

describe("engine: the emulator's gateway: load balancers", () => {
  const aws = emulatedAws();
  let elb: ElasticLoadBalancingV2Client;
  let network: SmallNetwork, foreign: SmallNetwork;
  let balancer: string, other: string, listener: string, otherListener: string, group: string;

  const createBalancer = async (name: string) => {
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({ Name: name, Subnets: network.subnets, SecurityGroups: [network.securityGroup] }),
    );
    return LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  };
  const createListener = async (arn: string, port: number, action = status("503")) => {
    const { Listeners } = await elb.send(
      new CreateListenerCommand({ LoadBalancerArn: arn, Protocol: "HTTP", Port: port, DefaultActions: [action] }),
    );
    return Listeners?.[0]?.ListenerArn ?? "";
  };
  const createGroup = async (name: string, vpc = network.vpc) => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name: name, Protocol: "HTTP", Port: 80, VpcId: vpc, TargetType: "ip" }),
    );
    return TargetGroups?.[0]?.TargetGroupArn ?? "";
  };
  const createRule = async (arn: string, priority: number, action: ReturnType<typeof forward>) => {
    const { Rules } = await elb.send(
      new CreateRuleCommand({ ListenerArn: arn, Priority: priority, Conditions: everything, Actions: [action] }),
    );
    return Rules?.[0]?.RuleArn ?? "";
  };

  before(async () => {
    const reader = aws.gateway.reader(region);
    elb = reader.balancing;
    [network, foreign] = await Promise.all([aNetwork(reader.ec2, "10.1.0.0/16"), aNetwork(reader.ec2, "10.2.0.0/16")]);
    [balancer, other] = [await createBalancer("one"), await createBalancer("other")];
    [listener, otherListener] = [await createListener(balancer, 80), await createListener(other, 80)];
    group = await createGroup("group");
    await createRule(listener, 10, forward([group, 1]));
  });

  it("refuses a second listener on a port, and repeats the creation of the same one", async () => {
    assert.match(await refusalOf(createListener(balancer, 80, status("404"))), /^DuplicateListener/);
    assert.equal(await createListener(balancer, 80), listener);
    const second = await createListener(balancer, 8080);
    assert.notEqual(second, listener);
    assert.match(
      await refusalOf(elb.send(new ModifyListenerCommand({ ListenerArn: second, Port: 80 }))),
      /^DuplicateListener/,
    );
    await elb.send(new ModifyListenerCommand({ ListenerArn: second, DefaultActions: [status("404")] }));
    assert.match(await refusalOf(createListener(balancer, 8080)), /^DuplicateListener/);
  });

  it("refuses a priority that another rule of the listener has", async () => {
    assert.match(await refusalOf(createRule(listener, 10, forward([group, 1]))), /^PriorityInUse/);
    const rule = await createRule(listener, 11, forward([group, 1]));
    const move = (Priority: number) =>
      elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: rule, Priority }] }));
    assert.match(await refusalOf(move(10)), /^PriorityInUse/);
    await move(12);
    await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    assert.match(await refusalOf(createRule(listener, 50_001, forward([group, 1]))), /^ValidationError/);
  });

  it("refuses a target group that the rules of another load balancer name, until they no longer do", async () => {
    assert.match(await refusalOf(createRule(otherListener, 1, forward([group, 1]))), /^TargetGroupAssociationLimit/);
    assert.match(
      await refusalOf(createListener(other, 81, forward([group, 1]) as never)),
      /^TargetGroupAssociationLimit/,
    );
    const moving = await createGroup("moving");
    const rule = await createRule(listener, 20, forward([group, 1], [moving, 0]));
    assert.match(await refusalOf(createRule(otherListener, 20, forward([moving, 1]))), /^TargetGroupAssociationLimit/);
    await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    await createRule(otherListener, 20, forward([moving, 1]));
  });

  it("refuses a target group that does not exist or is of another VPC", async () => {
    const elsewhere = await createGroup("elsewhere", foreign.vpc);
    assert.match(
      await refusalOf(createRule(listener, 30, forward([elsewhere, 1]))),
      /^InvalidConfigurationRequest.*VPC/,
    );
    assert.match(await refusalOf(createRule(listener, 30, forward([`${group}x`, 1]))), /^TargetGroupNotFound/);
  });

  it("refuses more than five target groups in an action, one that is named twice, and weights above 999", async () => {
    const groups = await Promise.all([1, 2, 3, 4, 5, 6].map((index) => createGroup(`many-${index}`)));
    const rule = await createRule(listener, 40, forward([group, 1]));
    const modify = (...weights: [string, number][]) =>
      elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward(...weights)] }));
    assert.match(await refusalOf(modify(...groups.map((arn): [string, number] => [arn, 1]))), /^TooManyTargetGroups/);
    assert.match(await refusalOf(modify([group, 1], [group, 2])), /^ValidationError.*more than once/);
    assert.match(await refusalOf(modify([group, 1000])), /^ValidationError.*Weight/);
    await modify([group, 999], [groups[0] ?? "", 0]);
    await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
  });

  it("refuses to delete a target group that a rule or a listener names", async () => {
    const remove = (arn: string) => elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
    const [inRule, inListener] = [await createGroup("in-rule"), await createGroup("in-listener")];
    const rule = await createRule(listener, 50, forward([group, 1], [inRule, 0]));
    await createListener(balancer, 8081, forward([inListener, 1]) as never);
    assert.match(await refusalOf(remove(inRule)), /^ResourceInUse/);
    assert.match(await refusalOf(remove(inListener)), /^ResourceInUse/);
    await elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    await remove(inRule);
  });

  it("refuses subnets of another VPC, of one zone only, and two of one zone", async () => {
    const [first = "", second = ""] = network.subnets;
    const { Subnet: twin } = await aws.gateway
      .reader(region)
      .ec2.send(
        new CreateSubnetCommand({ VpcId: network.vpc, CidrBlock: "10.1.200.0/24", AvailabilityZone: network.zones[0] }),
      );
    const refused: [string[], RegExp][] = [
      [foreign.subnets, /^InvalidConfigurationRequest.*VPC/],
      [[first, foreign.subnets[1] ?? ""], /^InvalidConfigurationRequest.*VPC/],
      [[first], /^ValidationError.*two different Availability Zones/],
      [[first, second, twin?.SubnetId ?? ""], /^InvalidConfigurationRequest.*same Availability Zone/],
      [[first, "subnet-0"], /^SubnetNotFound/],
    ];
    for (const [Subnets, message] of refused) {
      assert.match(await refusalOf(elb.send(new SetSubnetsCommand({ LoadBalancerArn: balancer, Subnets }))), message);
      if (Subnets !== foreign.subnets)
        assert.match(await refusalOf(elb.send(new CreateLoadBalancerCommand({ Name: "refused", Subnets }))), message);
    }
    await elb.send(new SetSubnetsCommand({ LoadBalancerArn: balancer, Subnets: [second, first] }));
  });

  it("refuses security groups of another VPC, and a public load balancer without an internet gateway", async () => {
    const set = (group: string) =>
      elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: balancer, SecurityGroups: [group] }));
    assert.match(await refusalOf(set(foreign.securityGroup)), /^InvalidConfigurationRequest.*does not belong to VPC/);
    assert.match(await refusalOf(set("sg-0")), /^InvalidSecurityGroup/);
    await set(network.securityGroup);
    const closed = await aNetwork(aws.gateway.reader(region).ec2, "10.3.0.0/16", { internet: false });
    const create = (Scheme: "internal" | "internet-facing") =>
      elb.send(new CreateLoadBalancerCommand({ Name: "closed", Subnets: closed.subnets, Scheme }));
    assert.match(await refusalOf(create("internet-facing")), /^InvalidSubnet.*no internet gateway/);
    await create("internal");
  });

  it("reports a load balancer's zones and VPC, and the load balancers of a target group", async () => {
    const { LoadBalancers: [described] = [] } = await elb.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [balancer] }),
    );
    assert.equal(described?.VpcId, network.vpc);
    assert.deepEqual(described.AvailabilityZones?.map(({ ZoneName }) => ZoneName).sort(), network.zones);
    const { TargetGroups: [used] = [] } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] }));
    assert.deepEqual(used?.LoadBalancerArns, [balancer]);
  });
});
