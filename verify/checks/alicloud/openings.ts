import { type Subject, ofType, textOf } from "../../subject";
import { type Check, unseen } from "../../verdict";
import { type Admission, judgeAddresses, judgeAdmissions, judgeListeners, judgeStore, portsText } from "../openings";
import { type Clients, listIn } from "./clients";
import { type Instances, readInstances } from "./instances";

interface Permissions {
  readonly Permissions?: { readonly Permission?: readonly Permission[] };
}

interface Permission {
  readonly SourceCidrIp?: string;
  readonly Ipv6SourceCidrIp?: string;
  readonly SourceGroupId?: string;
  readonly PortRange?: string;
  readonly Policy?: string;
}

interface Listeners {
  readonly Listeners?: readonly { readonly ListenerProtocol: string; readonly ListenerPort: number }[];
}

interface AccessRules {
  readonly AccessRules?: { readonly AccessRule?: readonly { readonly SourceCidrIp?: string }[] };
}

/** The checks that nothing is open that the stack has closed. */
export function openingChecks(clients: Clients, subject: Subject, instances: () => Promise<Instances>): Check[] {
  const { resources, securityGroup, bucket, loadBalancer, logs } = subject;
  const groups = new Set([securityGroup, ...ofType(resources, "SecurityGroup").map(({ id = "" }) => id)]);
  return [
    ...[...groups].map((group): Check => ({
      name: `admitted: ${group === securityGroup ? "the instances" : group}`,
      run: async () => {
        const query = { SecurityGroupId: group, Direction: "ingress" };
        const found = await clients.api("ecs").request<Permissions>("DescribeSecurityGroupAttribute", query);
        const live = listIn(found.Permissions?.Permission).filter(({ Policy = "" }) => /accept/i.test(Policy));
        return judgeAdmissions(plannedAdmissions(subject, group), live.map(liveAdmission));
      },
    })),
    {
      name: "public addresses of instances",
      run: async () => {
        const { addresses, described } = await readInstances(clients, subject, await instances());
        if (described === 0) return unseen("the cloud describes none of the groups' instances");
        return judgeAddresses(described, addresses);
      },
    },
    {
      name: "listeners",
      run: async () => {
        const planned = ofType(resources, "Listener").map(({ inputs = {} }) =>
          listener(textOf(inputs.listenerProtocol), Number(inputs.listenerPort)),
        );
        const query = { LoadBalancerIds: [loadBalancer], MaxResults: 100 };
        const { Listeners: live } = await clients.api("alb").request<Listeners>("ListListeners", query);
        return judgeListeners(
          planned,
          listIn(live).map((one) => listener(one.ListenerProtocol, one.ListenerPort)),
        );
      },
    },
    ...(bucket === undefined
      ? []
      : [{ name: "the bucket blocks public access", run: () => judgeBucket(clients, bucket) }]),
    {
      name: "the log project is not public",
      run: async () => {
        const [project = ""] = logs.split("/");
        const policy = await clients.sls().request<object>("GET", { project, path: "/policy" });
        const open =
          /"Effect":"Allow"/.test(JSON.stringify(policy)) && /"Principal":(\["\*"|"\*")/.test(JSON.stringify(policy));
        return judgeStore(project, { "no policy that admits everybody": !open });
      },
    },
    ...ofType(resources, "AccessGroup").map((group): Check => ({
      name: "admitted: the shared file system",
      run: () => judgeShare(clients, subject, textOf(group.inputs?.accessGroupName)),
    })),
  ];
}

async function judgeBucket(clients: Clients, bucket: string) {
  const oss = clients.oss();
  const [acl, block] = await Promise.all([
    oss.request<{ AccessControlPolicy?: { AccessControlList?: { Grant?: string } } }>("GET", {
      bucket,
      query: { acl: "" },
    }),
    oss.request<{ PublicAccessBlockConfiguration?: { BlockPublicAccess?: string } }>("GET", {
      bucket,
      query: { publicAccessBlock: "" },
    }),
  ]);
  return judgeStore(bucket, {
    "a private ACL": acl.AccessControlPolicy?.AccessControlList?.Grant === "private",
    BlockPublicAccess: block.PublicAccessBlockConfiguration?.BlockPublicAccess === "true",
  });
}

async function judgeShare(clients: Clients, { resources }: Subject, group: string) {
  const planned = ofType(resources, "AccessRule")
    .filter(({ inputs }) => inputs?.accessGroupName === group)
    .map(({ inputs }): Admission => ({ from: textOf(inputs?.sourceCidrIp), ports: "2049" }));
  const query = { AccessGroupName: group, PageSize: 100 };
  const found = await clients.api("nas").request<AccessRules>("DescribeAccessRules", query);
  const live = listIn(found.AccessRules?.AccessRule).map(({ SourceCidrIp = "" }) => ({
    from: SourceCidrIp,
    ports: "2049",
  }));
  return judgeAdmissions(planned, live);
}

/** Whom the stack's own rules of a security group admit. */
function plannedAdmissions({ resources }: Subject, group: string): Admission[] {
  return ofType(resources, "SecurityGroupRule")
    .filter(({ inputs }) => inputs?.securityGroupId === group && inputs.type === "ingress")
    .map(({ inputs = {} }) => ({
      from: textOf(inputs.sourceSecurityGroupId ?? inputs.cidrIp ?? inputs.ipv6CidrIp),
      ports: portRange(textOf(inputs.portRange)),
    }));
}

function liveAdmission({ SourceCidrIp, Ipv6SourceCidrIp, SourceGroupId, PortRange = "" }: Permission): Admission {
  const from = [SourceGroupId, SourceCidrIp, Ipv6SourceCidrIp].find((one) => one !== undefined && one !== "") ?? "?";
  return { from, ports: portRange(PortRange) };
}

/** Such as 8080/8080; -1/-1 is every port. */
function portRange(range: string): string {
  const [from, to] = range.split("/").map(Number);
  return portsText(from, to);
}

function listener(protocol: string, port: number): string {
  return `${protocol} ${port}`;
}
