import type { ActionResponse } from "./action";
import type { Fields } from "./fields";

const largestPage = 100;

/**
 * The page of a list that a request wants. Actions return the whole list with its `TotalCount` and the default size of
 * a page; the list is the array of that length, which most services wrap in a record. Any other response stays as it
 * is.
 */
export function paged(fields: Fields, response: ActionResponse): ActionResponse {
  const total = response["TotalCount"];
  if (typeof total !== "number") return response;
  const byToken = "MaxResults" in response;
  const [sizeField, standard] = byToken ? ["MaxResults", response["MaxResults"]] : ["PageSize", response["PageSize"]];
  const size = Math.min(fields.number(sizeField) ?? Number(standard), largestPage);
  const number = fields.number("PageNumber") ?? 1;
  const start = byToken ? offsetIn(fields.string("NextToken")) : (number - 1) * size;
  const next = start + size < total ? tokenOf(start + size) : "";
  return {
    ...sliced(response, total, start, start + size),
    [sizeField]: size,
    ...(byToken ? { NextToken: next } : { PageNumber: number }),
  };
}

/** One page of items, and the token for the next page, which is empty on the last one. */
export function tokenPaged<T>(
  fields: Fields,
  items: readonly T[],
  standard: number,
): { items: T[]; NextToken: string } {
  const start = offsetIn(fields.string("NextToken"));
  const end = start + Math.min(fields.number("MaxResults") ?? standard, largestPage);
  return { items: items.slice(start, end), NextToken: end < items.length ? tokenOf(end) : "" };
}

function sliced(response: ActionResponse, total: number, start: number, end: number): ActionResponse {
  return Object.fromEntries(
    Object.entries(response).map(([name, value]): [string, unknown] => {
      if (Array.isArray(value) && value.length === total) return [name, value.slice(start, end)];
      const isWrapper = typeof value === "object" && value !== null && Object.keys(value).length === 1;
      return [name, isWrapper ? sliced(value as ActionResponse, total, start, end) : value];
    }),
  );
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString("base64");
}

function offsetIn(token = ""): number {
  return Number(/^offset:(\d+)$/.exec(Buffer.from(token, "base64").toString())?.[1] ?? 0);
}
