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
  ];
}

function raise(region: string, service: string, code: string): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} ` +
    "--desired-value NUMBER"
  );
}
