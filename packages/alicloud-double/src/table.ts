import { notFound, type Refusal } from "./refusal";

/** The records of one kind by id, in the order in which they were created. */
export class Table<T> {
  private readonly records = new Map<string, T>();

  get size(): number {
    return this.records.size;
  }

  put(id: string, record: T): T {
    this.records.set(id, record);
    return record;
  }

  get(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.records.get(id);
  }

  /** The record; for an unknown id throws the cloud's refusal, or a "not found" refusal with the cloud's code. */
  require(id: string | undefined, refusal: string | ((id: string) => Refusal)): T {
    const record = this.get(id);
    if (record !== undefined) return record;
    throw typeof refusal === "string" ? notFound(refusal, id ?? "") : refusal(id ?? "");
  }

  remove(id: string): boolean {
    return this.records.delete(id);
  }

  entries(): [id: string, record: T][] {
    return [...this.records];
  }

  all(): T[] {
    return [...this.records.values()];
  }

  where(predicate: (record: T) => boolean): T[] {
    return this.all().filter(predicate);
  }

  find(predicate: (record: T) => boolean): T | undefined {
    return this.all().find(predicate);
  }
}
