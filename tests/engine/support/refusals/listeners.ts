/** Listeners: a load balancer has one per port. */
import type { Listener } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { element, field, inside, type EmulatorAnswer } from "../gaps/correction";
import { forwardProblem } from "./forwards";
import { refusal, type Refusal } from "./refusal";

/**
 * DuplicateListener: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html,
 * which also says that a repeated call with the same settings succeeds.
 */
export function listeners(): Refusal {
  /** The request that created each listener, by load balancer and port; forgotten once the listener is modified. */
  const created = new Map<string, string>();
  const key = (balancer: string, port: number | string | undefined) => `${balancer} ${port ?? ""}`;
  return refusal("elasticloadbalancing", {
    CreateListener: async (call, cloud) => {
      const balancer = field(call, "LoadBalancerArn") ?? "";
      const own = key(balancer, field(call, "Port"));
      const existing = (await onPort(cloud, balancer, field(call, "Port")))[0];
      if (existing)
        return created.get(own) === settings(call) ? { answer: repeated(existing) } : duplicate(field(call, "Port"));
      const problem = await forwardProblem(call, "DefaultActions", balancer, cloud);
      if (!problem) created.set(own, settings(call));
      return problem;
    },
    ModifyListener: async (call, cloud) => {
      const arn = field(call, "ListenerArn");
      const listener = (await cloud.listeners()).find(({ ListenerArn }) => ListenerArn === arn);
      const balancer = listener?.LoadBalancerArn ?? "";
      const others = (await onPort(cloud, balancer, field(call, "Port"))).filter(
        ({ ListenerArn }) => ListenerArn !== arn,
      );
      if (others.length > 0) return duplicate(field(call, "Port"));
      created.delete(key(balancer, listener?.Port));
      return forwardProblem(call, "DefaultActions", balancer, cloud);
    },
  });
}

async function onPort(cloud: CloudReader, balancer: string, port: string | undefined): Promise<Listener[]> {
  return (await cloud.listeners()).filter(
    (listener) => listener.LoadBalancerArn === balancer && String(listener.Port) === port,
  );
}

function duplicate(port = "") {
  return { code: "DuplicateListener", message: `A listener already exists on port ${port} for this load balancer` };
}

function settings({ parameters }: AwsCall): string {
  return JSON.stringify(Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function repeated({ ListenerArn, LoadBalancerArn, Port, Protocol }: Listener): EmulatorAnswer {
  const member = inside(
    "member",
    ...Object.entries({ ListenerArn, LoadBalancerArn, Port, Protocol }).map(([name, value]) => element(name, value)),
  );
  return {
    status: 200,
    body: inside("CreateListenerResponse", inside("CreateListenerResult", inside("Listeners", member))),
  };
}
