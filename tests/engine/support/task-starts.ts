/** Why ECS cannot start a service's tasks on Fargate. The emulator starts them in any network and with any rights. */
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import type { CloudReader } from "./cloud-reader";
import { accountMay, arnIn, isWhole, mayRead, roleAllows } from "./policies";
import { type Reach, reachOf } from "./reach";

/** A service, as far as it decides about its tasks. */
export interface Starting {
  taskDefinition?: string;
  networkConfiguration?: { awsvpcConfiguration?: { subnets?: string[]; assignPublicIp?: string } };
}

/** What starts a task: the role's name, its account, and what its subnets reach. */
interface Start {
  cloud: CloudReader;
  role: string;
  arn: string;
  account: string;
  reach: Reach;
}

/**
 * The reason that ECS gives for the stopped tasks, as far as it is the image's or a secret's: the tasks of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html. Undefined if they start,
 * and outside of a VPC's subnets, where the tasks use the network of a machine.
 */
export async function startProblem(cloud: CloudReader, service: Starting): Promise<string | undefined> {
  const { subnets = [], assignPublicIp } = service.networkConfiguration?.awsvpcConfiguration ?? {};
  if (subnets.length === 0) return undefined;
  const { taskDefinition: task } = await cloud.containers.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const arn = task?.executionRoleArn ?? "";
  const start: Start = {
    cloud,
    arn,
    role: arn.split("/").at(-1) ?? "",
    account: task?.taskDefinitionArn?.split(":")[4] ?? "",
    reach: await reachOf(cloud, subnets, assignPublicIp === "ENABLED"),
  };
  const containers = task?.containerDefinitions ?? [];
  const references = containers.flatMap(({ secrets = [] }) => secrets.map(({ valueFrom = "" }) => valueFrom));
  for (const { image = "" } of containers) {
    const problem = await logInProblem(start, image);
    if (problem !== undefined) return unprepared(problem);
  }
  for (const reference of references) {
    const problem = await secretProblem(start, reference);
    if (problem !== undefined) return unprepared(problem);
  }
  for (const { image = "" } of containers) {
    const problem = await pullProblem(start, image);
    if (problem !== undefined)
      return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${problem}`;
  }
  return undefined;
}

/** The beginning of https://github.com/aws/aws-cdk/issues/18555. */
function unprepared(problem: string): string {
  return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${problem}`;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html has the names of the hosts. */
const ecrImage =
  /^(?<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.[a-z.]+)\/(?<repository>[^:@]+)/;

/**
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: on Fargate, without internet access, a
 * registry needs the endpoints ecr.api, ecr.dkr and that of S3, and those of other regions have none. The message:
 * https://github.com/aws-samples/aws-fargate-pipeline-lambda-autoscaling/issues/3.
 */
async function logInProblem({ cloud, role, arn, reach }: Start, image: string): Promise<string | undefined> {
  const region = ecrImage.exec(image)?.groups?.region;
  if (region === undefined) return undefined;
  const failed = "unable to retrieve ecr registry auth: service call has been retried 3 time(s)";
  if (!reach.internet && !reach.endpoint("ecr.api", region))
    return `${failed}: RequestError: send request failed caused by: Post "https://api.ecr.${region}.amazonaws.com/": ${timeout}`;
  return (await roleAllows(cloud, role, "ecr:GetAuthorizationToken", "*"))
    ? undefined
    : `${failed}: ${accessDenied(arn, "ecr:GetAuthorizationToken", "*")}`;
}

/**
 * Messages: https://github.com/deepfence/terraform-aws-cloud-scanner/issues/13 (no way to a registry) and
 * https://github.com/aws/aws-cdk/issues/29876 (no right). For a repository of another account, that account has to
 * admit it too: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html.
 */
async function pullProblem({ cloud, role, account, reach }: Start, image: string): Promise<string | undefined> {
  const host = image.split("/")[0] ?? "";
  const ecr = ecrImage.exec(image)?.groups;
  const { account: owner = "", region = "", repository = "" } = ecr ?? {};
  const endpoints = ecr && ["ecr.dkr", "s3"].every((service) => reach.endpoint(service, region));
  if (!reach.internet && !endpoints) return `failed to do request: Head "https://${host}/v2/": ${timeout}`;
  if (ecr === undefined) return undefined;
  const partition = region.startsWith("cn-") ? "aws-cn" : "aws";
  const arn = `arn:${partition}:ecr:${region}:${owner}:repository/${repository}`;
  const policy = owner === account ? undefined : await policyOf(cloud, owner, region, repository);
  for (const action of ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    if (!(await roleAllows(cloud, role, action, arn)) || (policy !== undefined && !accountMay(policy, account, action)))
      return `pulling from host ${host} failed with status code [manifests ${image.split("@")[1] ?? "latest"}]: 403 Forbidden`;
  return undefined;
}

/** The policy of a repository; an empty text without one, and without a repository. */
async function policyOf(
  { emulator }: CloudReader,
  account: string,
  region: string,
  repositoryName: string,
): Promise<string> {
  const target = "AmazonEC2ContainerRegistry_V20150921.GetRepositoryPolicy";
  const answer = emulator.json("ecr", target, { repositoryName }, { account, region });
  const { policyText = "" } = (await answer.catch((error: unknown) => {
    if (/RepositoryPolicyNotFound|RepositoryNotFound/.test(String(error))) return {};
    throw error;
  })) as { policyText?: string };
  return policyText;
}

/**
 * ECS looks for a secret by its whole ARN only; the messages, with and without the right:
 * https://github.com/aws/aws-cdk/issues/18555.
 */
async function secretProblem({ cloud, role, arn, reach }: Start, reference: string): Promise<string | undefined> {
  const [, , service = "", region = ""] = reference.split(":");
  const inManager = service === "secretsmanager";
  const named = arnIn(reference);
  const failed = inManager
    ? `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${reference} from secrets manager`
    : "unable to retrieve secrets from ssm: service call has been retried 1 time(s)";
  if (!reach.internet && !reach.endpoint(service, region))
    return `${failed}: RequestCanceled: request context canceled caused by: context deadline exceeded`;
  const action = inManager ? "secretsmanager:GetSecretValue" : "ssm:GetParameters";
  if (!(await mayRead(cloud, role, action, reference))) return `${failed}: ${accessDenied(arn, action, named)}`;
  return isWhole(named)
    ? undefined
    : `${failed}: ResourceNotFoundException: Secrets Manager can't find the specified secret. status code: 400`;
}

const timeout = "dial tcp 198.51.100.1:443: i/o timeout";

function accessDenied(role: string, action: string, resource: string): string {
  const user = role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
  return `AccessDeniedException: User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action status code: 400`;
}
