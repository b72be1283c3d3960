/** What `npm run verify` reads on AWS and the emulator lacks: machines that are replaced, their addresses, public policies. */
import { GetBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import { type Correction, element, field, inside } from "./gaps/correction";
import type { SimulatedInstance } from "./gaps/groups";

/** Instances of Auto Scaling groups: two per group, each replaced soon after its end. */
export class SimulatedMachines {
  private readonly groups = new Map<string, SimulatedInstance[]>();
  private started = 0;

  /** For the gateway's `sources`. */
  readonly instances = (group: string): readonly SimulatedInstance[] => {
    const found = this.groups.get(group) ?? [this.start("a"), this.start("b")];
    this.groups.set(group, found);
    return found;
  };

  /** Ends an instance, and starts another one as its group does. */
  readonly termination: Correction = {
    match: ({ service, action }) => service === "ec2" && action === "TerminateInstances",
    change: (_answer, call) => {
      const id = field(call, "InstanceId.1") ?? "";
      for (const instances of this.groups.values()) {
        const ended = instances.find((one) => one.id === id);
        if (ended === undefined) continue;
        Object.assign(ended, { lifecycle: "Terminating", healthy: false });
        setTimeout(() => {
          instances.splice(instances.indexOf(ended), 1, this.start(ended.zone.slice(-1)));
        }, 500).unref();
      }
      return ec2Answer("TerminateInstances", inside("instancesSet", inside("item", element("instanceId", id))));
    },
  };

  private start(zone: string): SimulatedInstance {
    const id = `i-${String((this.started += 1)).padStart(17, "0")}`;
    return { id, zone: `us-east-1${zone}`, lifecycle: "InService", healthy: true };
  }
}

/** The network interfaces of instances, one for each security group that a request names. */
export class Interfaces implements Correction {
  /** The groups with a public address. */
  readonly public = new Set<string>();

  match({ service, action }: Parameters<Correction["match"]>[0]): boolean {
    return service === "ec2" && action === "DescribeNetworkInterfaces";
  }

  change(_answer: unknown, call: Parameters<Correction["match"]>[0]) {
    const group = field(call, "Filter.1.Value.1") ?? "";
    const association = inside("association", element("publicIp", "203.0.113.7"));
    const item = inside(
      "item",
      element("networkInterfaceId", "eni-00000000000000001"),
      inside("groupSet", inside("item", element("groupId", group))),
      this.public.has(group) ? association : "",
    );
    return ec2Answer("DescribeNetworkInterfaces", inside("networkInterfaceSet", item));
  }
}

/**
 * Whether a bucket's policy is public.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function bucketPolicyStatus(s3: S3Client): Correction {
  return {
    match: ({ service, method, url }) => service === "s3" && method === "GET" && url.searchParams.has("policyStatus"),
    change: async (_answer, { url }) => {
      const [, Bucket = ""] = url.pathname.split("/");
      const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: Record<string, unknown>[] };
      const isPublic = Statement.some(
        ({ Effect, Principal, Condition }) => Effect === "Allow" && Principal === "*" && Condition === undefined,
      );
      return { status: 200, body: inside("PolicyStatus", element("IsPublic", isPublic)) };
    },
  };
}

function ec2Answer(action: string, content: string) {
  const body = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${content}</${action}Response>`;
  return { status: 200, body };
}
