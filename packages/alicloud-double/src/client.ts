import { defaultKey } from "./accounts";
import type { AlicloudDouble } from "./double";
import { apis, type ServiceName } from "./models/catalogue";

/** The fields of a request, nested ones by their dotted names: `{ "Tag.1.Key": "team" }`. */
export type RequestFields = Record<string, string | number | boolean>;

/** A response of the double: its status, and its body, which has a code if it is a refusal. */
export interface ApiResponse {
  status: number;
  body: Record<string, unknown> & { Code?: string };
}

/** Calls an action of an RPC API as a plain client would. */
export async function callAction(
  double: AlicloudDouble,
  service: ServiceName,
  action: string,
  fields: RequestFields = {},
): Promise<ApiResponse> {
  const { version } = apis[service];
  const query = new URLSearchParams({ Action: action, Version: version, AccessKeyId: defaultKey, Format: "JSON" });
  const body = new URLSearchParams({ RegionId: double.world.region });
  for (const [name, value] of Object.entries(fields)) body.set(name, String(value));
  const response = await fetch(`http://${double.address}/?${String(query)}`, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as ApiResponse["body"] };
}

/** Calls an action that must succeed, and returns one field of the response. */
export async function callForField(
  double: AlicloudDouble,
  service: ServiceName,
  action: string,
  fields: RequestFields,
  field: string,
): Promise<string> {
  const { status, body } = await callAction(double, service, action, fields);
  if (status !== 200) throw new Error(`${action} failed: ${JSON.stringify(body)}`);
  return String(body[field]);
}
