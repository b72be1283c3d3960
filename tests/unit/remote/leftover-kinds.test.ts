/**
 * Every type of resource that the golden trees have is removed after an interrupted update, or listed here with a
 * reason.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { computes } from "../../support/clouds";

const root = join(__dirname, "../../..");

/**
 * What an interrupted update leaves of a type: what the code that removes it calls it, or why nothing has to be
 * removed.
 */
type Handling = { readonly removedAs: string } | { readonly notRemoved: string };

const removed = (removedAs: string): Handling => ({ removedAs });
const not = (notRemoved: string): Handling => ({ notRemoved });
const withGroup = not("is deleted with its group, which is removed as a whole");
const setAgain = not("creating it only sets it, again and again");
const nothing = not("is nothing in the cloud");
const found = not("its creation takes over what an interrupted update left");
const rule = removed("rule");

const dynamic = {
  AccountCheck: nothing,
  Bounds: not("its creation only sets a group's bounds"),
  Gate: nothing,
  HeaderRule: rule,
  HealthyTargets: nothing,
  ImageMark: not("a mark too many keeps an image, and another update of the release sets the same mark"),
  Intent: nothing,
  Ledger: nothing,
  LogStore: found,
  ObjectStore: removed("settleStores"),
  OwnershipMark: nothing,
  StartSize: nothing,
  TrafficRule: rule,
};

const handled: Readonly<Record<string, Readonly<Record<string, Handling>>>> = {
  alicloud: {
    "alb:Listener": removed("listener"),
    "alb:LoadBalancer": removed("load balancer"),
    "alb:ServerGroup": removed("target group"),
    "ecs:EcsLaunchTemplate": removed("launch template"),
    "ecs:SecurityGroup": removed("security group"),
    "ecs:SecurityGroupRule": removed("security group's rule"),
    "ess:EciScalingConfiguration": not("has no name of its own, and is deleted with its group"),
    "ess:LifecycleHook": removed("lifecycle hook"),
    "ess:ScalingGroup": removed("scaling group"),
    "ess:ScalingRule": removed("scaling rule"),
    "ess:ScheduledTask": removed("scheduled task"),
    "log:LogTailAttachment": setAgain,
    "log:LogTailConfig": removed("collection config"),
    "log:MachineGroup": removed("machine group"),
    "nas:AccessGroup": removed("access group"),
    "nas:AccessRule": not("is deleted with its access group"),
    "nas:MountTarget": removed("mount target"),
    "oss:BucketAcl": setAgain,
    "oss:BucketPolicy": setAgain,
    "oss:BucketPublicAccessBlock": setAgain,
    "oss:BucketServerSideEncryption": setAgain,
    "oss:BucketVersioning": setAgain,
    "ram:Policy": removed("policy"),
    "ram:Role": removed("role"),
    "ram:RolePolicyAttachment": removed("policy's attachment"),
    "vpc:NatGateway": removed("NAT gateway"),
    "vpc:Network": removed("VPC"),
    "vpc:RouteEntry": removed("route"),
    "vpc:RouteTable": removed("route table"),
    "vpc:RouteTableAttachment": removed("route table's vSwitch"),
    "vpc:SnatEntry": removed("source address"),
    "vpc:Switch": removed("vSwitch"),
    ...dynamic,
    DefaultRoute: removed("default route to"),
    FileSystem: removed("settleStores"),
    LaunchTemplateRemoval: nothing,
    LoadBalancerZone: removed("load balancer's zone"),
    MachineGroupRemoval: nothing,
    ServerGroupAttachment: removed("attachment"),
    LogProject: found,
    HealthCheckTypes: withGroup,
    InstanceTypeOrder: withGroup,
    RoleInForce: nothing,
    SecretKeys: nothing,
    SoldInstanceTypes: nothing,
    PublicAddress: removed("public address"),
    RegistryLink: not(
      "its creation takes over the VPC's link, and there is no VPC without one while a registry is named",
    ),
    ShareFolder: not("lies in its file system, and its creation leaves one that exists as it is"),
    ServiceLinkedRole: not("belongs to the account, and its creation looks whether it exists"),
  },
  aws: {
    "appautoscaling:Policy": withGroup,
    "appautoscaling:ScheduledAction": withGroup,
    "appautoscaling:Target": not("its creation registers it, again and again, and it ends with its service"),
    "autoscaling:Group": removed("Auto Scaling group"),
    "autoscaling:Policy": withGroup,
    "autoscaling:Schedule": withGroup,
    "ec2:DefaultSecurityGroup": not("is the VPC's own, and its creation takes the rules again"),
    "ec2:Eip": removed("address"),
    "ec2:InternetGateway": removed("internet gateway"),
    "ec2:LaunchTemplate": removed("launch template"),
    "ec2:NatGateway": removed("NAT gateway"),
    "ec2:Route": removed("route"),
    "ec2:RouteTable": removed("route table"),
    "ec2:RouteTableAssociation": removed("association of a route table"),
    "ec2:SecurityGroup": removed("security group"),
    "ec2:Subnet": removed("subnet"),
    "ec2:Vpc": removed("VPC"),
    "ec2:VpcEndpoint": removed("VPC endpoint"),
    "ec2:VpcEndpointRouteTableAssociation": removed("route of"),
    "ecs:Cluster": removed("cluster"),
    "ecs:Service": removed("ECS service"),
    "ecs:TaskDefinition": not("costs nothing, has no fixed name, and the next update registers another revision"),
    "iam:InstanceProfile": removed("instance profile"),
    "iam:Role": removed("role"),
    "iam:RolePolicy": removed("policy"),
    "lb:Listener": removed("listener"),
    "lb:LoadBalancer": removed("load balancer"),
    "lb:TargetGroup": removed("target group"),
    "s3:BucketLifecycleConfiguration": setAgain,
    "s3:BucketOwnershipControls": setAgain,
    "s3:BucketPolicy": setAgain,
    "s3:BucketPublicAccessBlock": setAgain,
    "s3:BucketServerSideEncryptionConfiguration": setAgain,
    "s3:BucketVersioning": setAgain,
    "vpc:SecurityGroupEgressRule": removed("rule"),
    "vpc:SecurityGroupIngressRule": removed("rule"),
    ...dynamic,
    ClusterRemoval: nothing,
    ListenerRemoval: nothing,
    LoadBalancerZone: removed("zone of the load balancer"),
  },
};

for (const [cloud, table] of Object.entries(handled)) {
  describe(`what an interrupted update leaves on ${cloud}`, () => {
    const folder = join(root, "components/clouds", cloud);
    const code = readdirSync(folder)
      .filter((file) => /^(leftovers.*|intent)\.remote\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    const types = new Set(computes.flatMap((compute) => typesIn(cloud, compute)));

    it("is handled for every type of resource", () => {
      assert.ok(types.size > 30);
      assert.deepEqual(
        [...types].filter((type) => !(type in table)),
        [],
      );
    });

    for (const [type, handling] of Object.entries(table))
      if ("removedAs" in handling)
        it(`is removed: ${type}`, () => {
          assert.ok(code.includes(handling.removedAs), `nothing in ${folder} removes a ${handling.removedAs}`);
        });
  });
}

/** The types in a golden tree: `vpc:Network` of a provider, and a dynamic resource's own name. */
function typesIn(cloud: string, compute: string): string[] {
  const tree = readFileSync(join(root, "tests/golden", `${cloud}-${compute}-tree.yaml`), "utf8");
  const provider = new RegExp(`^ *- ${cloud}:(\\w+)/\\w+:(\\w+) `, "gm");
  const dynamicType = /^ *- pulumi-nodejs:dynamic\/immutable-service:(\w+) /gm;
  return [
    ...[...tree.matchAll(provider)].map(([, module = "", type = ""]) => `${module}:${type}`),
    ...[...tree.matchAll(dynamicType)].map(([, type = ""]) => type),
  ];
}
