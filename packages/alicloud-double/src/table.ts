import type { Refusal } from "./refusal";

/** Things of one kind by id, in the order in which they were made. */
export class Table<T> {
  private readonly records = new Map<string, T>();

  get size(): number {
    return this.records.size;
  }

  put(id: string, thing: T): T {
    this.records.set(id, thing);
    return thing;
  }

  get(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.records.get(id);
  }

  /** The thing, or the refusal that the cloud gives for an id that names none. */
  require(id: string | undefined, refusal: (id: string) => Refusal): T {
    const thing = this.get(id);
    if (thing === undefined) throw refusal(id ?? "");
    return thing;
  }

  remove(id: string): boolean {
    return this.records.delete(id);
  }

  all(): T[] {
    return [...this.records.values()];
  }

  where(wanted: (thing: T) => boolean): T[] {
    return this.all().filter(wanted);
  }

  find(wanted: (thing: T) => boolean): T | undefined {
    return this.all().find(wanted);
  }
}
