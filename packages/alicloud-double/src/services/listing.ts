/** Whether a filter accepts a value; an empty filter accepts every value. */
export function accepts<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** The number of items in a list, and the default size of its pages: see `paged` for the page itself. */
export function page(total: number, size = 10) {
  return { TotalCount: total, PageNumber: 1, PageSize: size };
}

/** The same for ALB, which pages by token. */
export function tokenPage(total: number) {
  return { TotalCount: total, MaxResults: 20, NextToken: "" };
}
