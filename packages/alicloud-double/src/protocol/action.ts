import type { ServiceName } from "../models/catalogue";
import type { World } from "../world";
import type { Fields } from "./fields";

/** What an action receives: the request's fields, and the world on which to act. */
export interface ActionRequest {
  fields: Fields;
  world: World;
}

/** An action's response body without its RequestId. */
export type ActionResponse = Record<string, unknown>;

/**
 * One action of an RPC API: changes the world and returns the response; throws a Refusal where the cloud would
 * refuse.
 */
export type Action = ((request: ActionRequest) => ActionResponse) | ((request: ActionRequest) => void);

/** The actions of one service that are about the same kind of resource. */
export interface ActionGroup {
  service: ServiceName;
  actions: Record<string, Action>;
}
