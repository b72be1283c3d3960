/** A bucket, its configuration and its objects. */
export interface Bucket {
  name: string;
  acl: string;
  storageClass: string;
  redundancy: string;
  created: string;
  /** Configuration documents as they were sent, by sub-resource (`lifecycle`, `policy`, …). */
  configurations: Map<string, string>;
  objects: Map<string, Buffer>;
}
