import type { LaunchProblems } from "../launch-problems.remote";

/** What AWS says of instances of a region that it could not start. */
export function launchProblems(region: string): LaunchProblems {
  return [
    [
      /limit on the number of vCPUs/i,
      "the quota of Fargate's vCPUs has no room for this release beside the one that serves; a new account has few: " +
        raise(region, "fargate", "L-3032A538"),
    ],
    [
      /vCPU capacity|VcpuLimitExceeded/i,
      "the quota of vCPUs has no room for this release beside the one that serves; a new account has few: " +
        raise(region, "ec2", "L-1216C47A"),
    ],
    [
      /requested instance type .* is not supported/i,
      "give network.zones without that zone, or another size or architecture",
    ],
    [
      // A launch that may not use the key ends with the first of these, which does not name it:
      // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
      /Client\.(InternalError|InvalidKMSKey)/,
      "most likely the key of the disks, the account's default one of EBS, does not admit AWSServiceRoleForAutoScaling: " +
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html",
    ],
    [
      /(CannotPullContainerError|registry auth).*timeout/,
      "the subnets of the instances lead to no NAT gateway, and have no endpoints of ecr.api, ecr.dkr and s3, which lead to ECR in " +
        `${region} alone`,
    ],
    [
      /CannotPullContainerError.*403 Forbidden/,
      "a repository of another account has to admit this one: see image.build.pullableBy of the stack that created it",
    ],
  ];
}

function raise(region: string, service: string, code: string): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} ` +
    "--desired-value NUMBER"
  );
}
