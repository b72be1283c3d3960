import { configMappings } from "../../stack-config.remote";

/** The services that the remote modules and `npm run verify` call, by the names under which `aws:endpoints` may have them. */
const services = {
  "application-auto-scaling": ["appautoscaling", "applicationautoscaling"],
  "auto-scaling": ["autoscaling"],
  cloudwatch: ["cloudwatch"],
  ec2: ["ec2"],
  ecr: ["ecr"],
  ecs: ["ecs"],
  efs: ["efs"],
  "elastic-load-balancing": ["elbv2", "elasticloadbalancingv2"],
  iam: ["iam"],
  "image-builder": ["imagebuilder"],
  logs: ["logs", "cloudwatchlog", "cloudwatchlogs"],
  s3: ["s3", "s3api"],
  "service-quotas": ["servicequotas"],
  sts: ["sts"],
} as const;

/** A service of AWS that the remote modules call. */
export type Service = keyof typeof services;

/** The endpoint that the stack's configuration names for a service; undefined where it names none. */
export function endpointOf(service: Service): string | undefined {
  const named = configMappings("aws:endpoints").flatMap((endpoints) =>
    services[service].map((name) => endpoints[name]),
  );
  return named.find((url) => typeof url === "string" && url !== "") as string | undefined;
}
