/** What an AWS account has before a program's first update: service-linked roles, the right to create them, and quotas. */
import type { Answer, AwsCall } from "./aws-call";
import { jsonError } from "./aws-call";

/** A quota of the account in a region, as Service Quotas lists it. */
export interface Quota {
  service: string;
  code: string;
  name: string;
  value: number;
}

/**
 * The quotas of an account that has raised none:
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html. New accounts begin with few
 * vCPUs: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html.
 */
const newAccount = {
  addresses: { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs", value: 5 },
  vpcs: { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region", value: 5 },
  loadBalancers: {
    service: "elasticloadbalancing",
    code: "L-53DA6B97",
    name: "Application Load Balancers per Region",
    value: 50,
  },
  machineVcpus: {
    service: "ec2",
    code: "L-1216C47A",
    name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    value: 5,
  },
  containerVcpus: { service: "fargate", code: "L-3032A538", name: "Fargate On-Demand vCPU resource count", value: 6 },
} as const satisfies Record<string, Quota>;

/** The kinds of quotas. */
export type QuotaName = keyof typeof newAccount;

/** The services whose role the account has after their first use. */
export type LinkedService =
  "autoscaling" | "ecs" | "ecs.application-autoscaling" | "elasticfilesystem" | "elasticloadbalancing";

/** One account. Tests change it at any time. */
export class AccountState {
  readonly serviceLinkedRoles = new Set<LinkedService>();
  /** Whether callers have iam:CreateServiceLinkedRole, which services need on their first use. */
  mayCreateServiceLinkedRoles = true;
  readonly quotas: Record<QuotaName, Quota>;
  /** The types of instances that a zone does not offer, by the zone's name. */
  readonly missingTypes = new Map<string, ReadonlySet<string>>();
  /**
   * Whether Auto Scaling's role may use the account's default key of EBS, with which volumes are encrypted that name no
   * other one.
   */
  diskKeyAdmitsAutoScaling = true;

  /** @param fresh whether the account has the quotas of a new one; else they limit nothing */
  constructor(fresh: boolean) {
    const value = (quota: Quota) => (fresh ? quota.value : 10_000);
    this.quotas = Object.fromEntries(
      Object.entries(newAccount).map(([name, quota]) => [name, { ...quota, value: value(quota) }]),
    ) as Record<QuotaName, Quota>;
  }

  /**
   * Creates the role of a service on its first use, as AWS does for callers with the right. Returns whether the account has it:
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
   */
  ensureServiceLinkedRole(service: LinkedService): boolean {
    if (this.mayCreateServiceLinkedRoles) this.serviceLinkedRoles.add(service);
    return this.serviceLinkedRoles.has(service);
  }

  /** Answers a call of Service Quotas, which the emulator lacks. */
  serviceQuotas({ action, parameters }: AwsCall): Answer {
    const { ServiceCode, QuotaCode } = parameters;
    const found = Object.values(this.quotas).filter(
      ({ service, code }) => service === ServiceCode && code === (QuotaCode ?? code),
    );
    const quotas = found.map(({ service, code, name, value }) => ({
      ServiceCode: service,
      QuotaCode: code,
      QuotaName: name,
      Value: value,
      Unit: "None",
      Adjustable: true,
    }));
    if (action === "ListServiceQuotas") return json({ Quotas: quotas });
    if (action !== "GetServiceQuota" || quotas.length === 0)
      return jsonError(
        400,
        "NoSuchResourceException",
        "The request failed because the specified quota does not exist.",
      );
    return json({ Quota: quotas[0] });
  }
}

function json(body: object): Answer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
