/** Whether a filter accepts a value; an empty filter accepts every value. */
export function accepts<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** The paging fields of a response with all its items on one page. */
export function page(total: number, size = 10) {
  return { TotalCount: total, PageNumber: 1, PageSize: size };
}

/** The paging fields of ALB, which pages by token. */
export function tokenPage(total: number) {
  return { TotalCount: total, MaxResults: 20, NextToken: "" };
}
