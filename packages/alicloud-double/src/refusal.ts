/** An error response of the cloud: the code that callers branch on, a sentence, and the HTTP status (default 400). */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message = code,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The refusal for an id that names nothing. */
export function notFound(code: string, id: string, status = 404): Refusal {
  return new Refusal(code, `The specified resource ${id} does not exist.`, status);
}

/** The refusal to delete what something else still uses. */
export function inUse(code: string, detail: string): Refusal {
  return new Refusal(code, detail, 400);
}
