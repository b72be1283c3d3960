import type { ServiceName } from "../models/catalogue";
import type { World } from "../world";
import type { Fields } from "./fields";

/** What an action gets: the request's fields, and the world to act on. */
export interface Request {
  action: string;
  fields: Fields;
  world: World;
}

/** What an action answers: the body without its RequestId. */
export type Answer = Record<string, unknown>;

/** One API action: changes the world, and says what came of it; throws a Refusal where the cloud would refuse. */
export type Action = ((request: Request) => Answer) | ((request: Request) => void);

/** A part of an API; several parts make up one service. */
export interface Service {
  name: ServiceName;
  actions: Record<string, Action>;
}
