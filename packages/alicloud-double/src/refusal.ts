/** A refusal as the cloud words it: the HTTP status, the code that callers branch on, and a sentence. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message = code,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The thing that an id names is not there. */
export function notFound(code: string, id: string, status = 404): Refusal {
  return new Refusal(code, `The specified resource ${id} does not exist.`, status);
}

/** The thing is still used by something else. */
export function inUse(code: string, detail: string): Refusal {
  return new Refusal(code, detail, 400);
}
