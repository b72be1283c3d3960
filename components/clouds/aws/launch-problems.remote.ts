/** What to do about the reasons that AWS gives for an instance that it could not start, where the reason does not say so itself. */
const advice: readonly (readonly [reason: RegExp, advice: (region: string) => string])[] = [
  [
    /limit on the number of vCPUs/i,
    (region) =>
      "the quota of Fargate's vCPUs has no room for this release beside the one that serves; a new account has few: " +
      raise(region, "fargate", "L-3032A538"),
  ],
  [
    /vCPU capacity|VcpuLimitExceeded/i,
    (region) =>
      "the quota of vCPUs has no room for this release beside the one that serves; a new account has few: " +
      raise(region, "ec2", "L-1216C47A"),
  ],
];

/** A reason, with what to do about it. */
export function withAdvice(reason: string, region: string): string {
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found === undefined ? reason : `${reason} (${found[1](region)})`;
}

function raise(region: string, service: string, code: string): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} ` +
    "--desired-value NUMBER"
  );
}
