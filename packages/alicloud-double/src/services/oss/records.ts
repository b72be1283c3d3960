import { randomUUID } from "node:crypto";

/** A version of an object, or a delete marker, which has no content. */
export interface ObjectVersion {
  key: string;
  id: string;
  content: Buffer | undefined;
  modified: string;
}

/** A multipart upload that is neither complete nor aborted. */
export interface Upload {
  key: string;
  id: string;
  initiated: string;
  parts: Map<number, Buffer>;
}

/** The id of a version that was written while the bucket kept none. */
const unversioned = "null";

/**
 * A bucket, its configuration and its objects. What a bucket with versioning overwrites or deletes stays as an older
 * version: https://www.alibabacloud.com/help/en/oss/user-guide/overview-78
 */
export class Bucket {
  readonly created = new Date().toISOString();
  /** Configuration documents as they were sent, by sub-resource (`lifecycle`, `policy`, …). */
  readonly configurations = new Map<string, string>();
  readonly uploads = new Map<string, Upload>();
  /** All versions and delete markers, oldest first. */
  private history: ObjectVersion[] = [];

  constructor(
    readonly name: string,
    public acl: string,
    readonly storageClass: string,
    readonly redundancy: string,
  ) {}

  /** The current objects by key. */
  get objects(): Map<string, Buffer> {
    const current = this.keys().map((key) => [key, this.find(key)?.content] as const);
    return new Map(current.flatMap(([key, content]) => (content === undefined ? [] : [[key, content]])));
  }

  /** All versions and delete markers by key, and for each key the newest first. */
  versions(): ObjectVersion[] {
    return this.keys().flatMap((key) => this.history.filter((one) => one.key === key).reverse());
  }

  /** Whether it has anything that prevents its deletion: versions, delete markers or unfinished uploads. */
  isEmpty(): boolean {
    return this.history.length === 0 && this.uploads.size === 0;
  }

  /** A version, or the newest one; a delete marker has no content. */
  find(key: string, id?: string): ObjectVersion | undefined {
    return this.history.findLast((one) => one.key === key && one.id === (id ?? one.id));
  }

  /** Writes an object; returns the id of the new version, if the bucket keeps versions. */
  put(key: string, content: Buffer): string | undefined {
    return this.add(key, content);
  }

  /** Deletes a version for good; without an id deletes the object, which in a bucket with versioning adds a marker. */
  remove(key: string, id?: string): void {
    if (id !== undefined) this.history = this.history.filter((one) => one.key !== key || one.id !== id);
    else if (this.versioning() === undefined) this.history = this.history.filter((one) => one.key !== key);
    else this.add(key, undefined);
  }

  private add(key: string, content: Buffer | undefined): string | undefined {
    const versioning = this.versioning();
    const id = versioning === "Enabled" ? randomUUID().replaceAll("-", "") : unversioned;
    if (id === unversioned) this.remove(key, unversioned);
    this.history.push({ key, id, content, modified: new Date().toISOString() });
    return versioning === undefined ? undefined : id;
  }

  private versioning(): string | undefined {
    return /<Status>(Enabled|Suspended)</.exec(this.configurations.get("versioning") ?? "")?.[1];
  }

  private keys(): string[] {
    return [...new Set(this.history.map(({ key }) => key))].sort();
  }
}
