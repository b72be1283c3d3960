/** A whole service as the plan describes it, without a program. */
import type { Trigger } from "../../components/spec";
import type { Description } from "../../plan/contract";

/** The seconds after which an instance is launched. */
export const launchSeconds = 90;

/** The description of a service; `change` has what differs from the usual one. */
export const description = (
  change: {
    scaling?: Trigger[];
    gate?: Partial<Description["service"]["gate"]>;
    rollout?: Description["service"]["rollout"];
    previous?: Description["service"]["previous"];
    freeze?: Description["service"]["freeze"];
    freezeOverride?: Description["service"]["freezeOverride"];
    instances?: { min: number; max: number; start: number };
    environment?: Record<string, string>;
    loadBalancer?: Description["service"]["loadBalancer"];
    build?: Description["service"]["build"];
  } = {},
): Description => ({
  cloud: "aws",
  region: "us-east-1",
  service: {
    name: "bookstore",
    compute: "container",
    releases: [
      {
        id: "1-0-0-abcdef",
        version: "1.0.0",
        shape: {
          name: "bookstore",
          compute: "container",
          image: { reference: "i" },
          architecture: "x86_64",
          port: 8080,
          size: { cpu: 1, memoryGiB: 2 },
          disk: { sizeGiB: 20 },
          aws: { rootDevice: "/dev/xvda" },
          command: undefined,
          environment: change.environment ?? {},
          secrets: {},
          files: false,
          share: undefined,
          health: { path: "/healthz", interval: 5, timeout: 2, healthyAfter: 10, unhealthyAfter: 10, startWithin: 180 },
          placement: ["use1-az1", "use1-az2"],
          securityGroups: undefined,
          hardening: undefined,
          keepAliveSeconds: 75,
          secretsImage: undefined,
          instance: { label: "Fargate 1 vCPU, 2 GiB", templateRevision: 1 },
        },
        heldInputs: [],
        instances: change.instances ?? { min: 2, max: 6, start: 2 },
        weight: 100,
      },
    ],
    build: change.build,
    files: undefined,
    logs: { retentionDays: 30, whenRemoved: "keep" },
    scaling: change.scaling ?? [{ kind: "metric", metric: "cpu", target: 60 }],
    network: { cidr: "10.0.0.0/16", zones: 2, egress: "nat" },
    loadBalancer: change.loadBalancer ?? { internal: false, allowFrom: ["0.0.0.0/0"], drain: 30, idleTimeout: 60 },
    registry: undefined,
    certificate: undefined,
    gate: { from: "here", answers: 3, within: 60, ...change.gate },
    rollout: change.rollout,
    previous: change.previous,
    freeze: change.freeze ?? [],
    freezeOverride: change.freezeOverride,
    permissions: [],
    policyArns: [],
    tags: {},
  },
});
