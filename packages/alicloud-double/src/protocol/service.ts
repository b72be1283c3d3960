import type { ServiceName } from "../models/catalogue";
import type { World } from "../world";
import type { Fields } from "./fields";

/** What an action gets: the request's fields, and the world to act on. */
export interface ActionRequest {
  action: string;
  fields: Fields;
  world: World;
}

/** What an action answers: the body without its RequestId. */
export type ActionResponse = Record<string, unknown>;

/** One API action: changes the world, and says what came of it; throws a Refusal where the cloud would refuse. */
export type Action = ((request: ActionRequest) => ActionResponse) | ((request: ActionRequest) => void);

/** A part of an API; several parts make up one service. */
export interface ActionGroup {
  service: ServiceName;
  actions: Record<string, Action>;
}
