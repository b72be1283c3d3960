/** The name of a bucket or a log group, or the id of a file system, in its ARN. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1).replace(/^file-system\//, "");
}
