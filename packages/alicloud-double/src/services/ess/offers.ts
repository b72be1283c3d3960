/** What a region does not sell: Auto Scaling accepts it, and the scaling activity fails. */

/**
 * Instance types that some regions sell, none of them in mainland China.
 * https://www.alibabacloud.com/help/en/ecs/user-guide/shared-instance-families
 */
const soldOnlyIn: Readonly<Record<string, RegExp>> = {
  "ecs.e-c4m1.large": /^(ap-|eu-|us-|cn-hongkong$)/,
  "ecs.e-c2m1.large": /^(ap-|eu-|us-|cn-hongkong$)/,
};

/** The error code with which the region refuses to start an instance of this type; undefined if it sells the type. */
export function typeProblem(region: string, instanceType: unknown): string | undefined {
  const sold = soldOnlyIn[String(instanceType)];
  return sold === undefined || sold.test(region) ? undefined : "InvalidResourceType.NotSupported";
}
