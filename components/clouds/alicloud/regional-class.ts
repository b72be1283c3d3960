import type * as pulumi from "@pulumi/pulumi";
import {
  type InputsOf,
  type OutputsOf,
  type RemoteArgs,
  type RemoteCode,
  type RemoteKind,
  RemoteResource,
} from "../../remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/**
 * The arguments of a dynamic resource in the stack's region: without the region and the URLs, which are in the facts.
 */
export type RegionalArgs<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>, Url extends string> = Omit<
  RemoteArgs<Code>,
  "region" | Url
> & { readonly facts: AlicloudFacts };

/**
 * The class of the resources of a kind. `urls` are the inputs that are URLs of the cloud's APIs, each with its service.
 */
export function regionalClass<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>, Url extends string>(
  kind: RemoteKind<Code>,
  urls: Readonly<Record<Url, Parameters<typeof endpointOf>[1]>>,
): new (name: string, args: RegionalArgs<Code, Url>, opts?: pulumi.CustomResourceOptions) => RemoteResource<Code> {
  const services = Object.entries(urls) as [Url, Parameters<typeof endpointOf>[1]][];
  return class extends RemoteResource<Code> {
    constructor(name: string, { facts, ...args }: RegionalArgs<Code, Url>, opts?: pulumi.CustomResourceOptions) {
      const own = Object.fromEntries(services.map(([url, service]) => [url, endpointOf(facts, service)]));
      super(kind, name, { ...args, ...own, region: facts.region } as unknown as RemoteArgs<Code>, opts);
    }
  };
}
