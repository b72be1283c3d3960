import type { Created, Refreshed, Updated } from "../../remote";
import { Api, isMissing, until, untilFree } from "./api.remote";

/** The inputs of a public address. */
export interface Inputs {
  readonly region: string;
  /** The URL of VPC's API. */
  readonly endpoint: string;
  /** Its name. */
  readonly name: string;
  /** The stack's mark, which is its description. Empty for an address without one. */
  readonly owner: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The id of the NAT gateway to which it is bound. */
  readonly gateway: string;
}

/** The outputs of a public address. */
export interface Outputs extends Inputs {
  /** The address itself. */
  readonly ip: string;
  /** Its id, by which a later update finds out whether the state has the address. */
  readonly member: string;
}

interface Address {
  readonly AllocationId: string;
  readonly IpAddress?: string;
  readonly Name?: string;
  readonly Description?: string;
  readonly Descritpion?: string;
  readonly Status?: string;
  readonly InstanceId?: string;
}

/** The bandwidth in Mbit/s is a maximum; only the traffic is billed. */
const billing = { Bandwidth: "100", InstanceChargeType: "PostPaid", InternetChargeType: "PayByTraffic" };
const pageSize = 50;

/** Takes the address that an interrupted update left, or else allocates one, and binds it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { name: Name, owner: Description, gateway } = inputs;
  const api = apiOf(inputs);
  const id = await untilFree(async () => {
    const own = (await list(api)).find(
      (one) =>
        Description !== "" &&
        one.Name === Name &&
        (one.Description ?? one.Descritpion) === Description &&
        ["", gateway].includes(one.InstanceId ?? ""),
    );
    if (own !== undefined) return own.AllocationId;
    const settings = { ...billing, Name, ...(Description === "" ? {} : { Description }) };
    return (await api.request<Address>("AllocateEipAddress", settings)).AllocationId;
  });
  await tag(api, id, inputs.tags);
  await bind(api, id, gateway);
  const { IpAddress: ip = "" } = (await find(api, id)) ?? {};
  return { id, outs: { ...inputs, ip, member: id } };
}

/** Changes the tags and the gateway. */
export async function update(id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  const api = apiOf(inputs);
  const keys = Object.keys(before.tags ?? {}).filter((key) => !(key in inputs.tags));
  await tag(api, id, inputs.tags);
  if (keys.length > 0)
    await untilFree(() => api.request("UnTagResources", { ResourceType: "EIP", ResourceId: [id], TagKey: keys }));
  await bind(api, id, inputs.gateway);
  const { IpAddress: ip = "" } = (await find(api, id)) ?? {};
  return { outs: { ...inputs, ip, member: id } };
}

/** Reads whether the address exists. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  return (await find(apiOf(outputs), id)) === undefined ? {} : { id, props: outputs };
}

/** Unbinds and releases the address. An update that was interrupted may have done either. */
async function remove(id: string, outputs: Partial<Outputs>): Promise<void> {
  const api = apiOf(outputs);
  await unbind(api, id);
  await untilFree(async () => {
    if ((await find(api, id)) === undefined) return;
    try {
      await api.request("ReleaseEipAddress", { AllocationId: id });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  });
}
export { remove as delete };

function apiOf({ region = "", endpoint = "" }: Partial<Inputs>): Api {
  return new Api("vpc", endpoint, { RegionId: region });
}

async function bind(api: Api, AllocationId: string, gateway: string): Promise<void> {
  const { InstanceId = "" } = (await find(api, AllocationId)) ?? {};
  if (InstanceId !== gateway && InstanceId !== "") await unbind(api, AllocationId);
  await untilFree(async () => {
    if ((await find(api, AllocationId))?.InstanceId === gateway) return;
    await api.request("AssociateEipAddress", { AllocationId, InstanceId: gateway, InstanceType: "Nat" });
  });
  await until(`the address ${AllocationId} is still being bound`, async () =>
    (await find(api, AllocationId))?.Status === "InUse" ? true : undefined,
  );
}

async function unbind(api: Api, AllocationId: string): Promise<void> {
  await untilFree(async () => {
    const { InstanceId = "" } = (await find(api, AllocationId)) ?? {};
    if (InstanceId !== "")
      await api.request("UnassociateEipAddress", { AllocationId, InstanceId, InstanceType: "Nat" });
  });
  await until(`the address ${AllocationId} is still being unbound`, async () =>
    ((await find(api, AllocationId))?.InstanceId ?? "") === "" ? true : undefined,
  );
}

async function tag(api: Api, id: string, tags: Inputs["tags"]): Promise<void> {
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await untilFree(() => api.request("TagResources", { ResourceType: "EIP", ResourceId: [id], Tag }));
}

async function find(api: Api, id: string): Promise<Address | undefined> {
  return (await untilFree(() => page(api, { AllocationId: id }), 60)).found[0];
}

async function list(api: Api): Promise<Address[]> {
  const all: Address[] = [];
  for (let PageNumber = 1; ; PageNumber += 1) {
    const { found, total } = await page(api, { PageNumber, PageSize: pageSize });
    all.push(...found);
    if (found.length === 0 || all.length >= total) return all;
  }
}

async function page(api: Api, filter: Readonly<Record<string, unknown>>) {
  const { EipAddresses, TotalCount: total = 0 } = await api.request<{
    readonly EipAddresses?: { readonly EipAddress?: readonly Address[] };
    readonly TotalCount?: number;
  }>("DescribeEipAddresses", filter);
  return { found: EipAddresses?.EipAddress ?? [], total };
}
