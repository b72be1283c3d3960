import { Api } from "../../../components/clouds/alicloud/api.remote";
import { Oss } from "../../../components/clouds/alicloud/oss.remote";
import { endpointOf } from "../../../components/clouds/alicloud/regions";
import { Sls } from "../../../components/clouds/alicloud/sls.remote";
import { configMappings } from "../../../components/stack-config.remote";

/** The services whose API is of one kind. */
export type RpcService = "alb" | "cr" | "eci" | "ecs" | "ess" | "kms" | "nas" | "quotas" | "resourcemanager" | "vpc";

/** The clients of a region, at the endpoints that the stack's configuration names, or else the region's own. */
export class Clients {
  constructor(readonly region: string) {}

  /** The API of a service, for requests with the region. */
  api(service: RpcService): Api {
    return new Api(service, this.endpoint(service), { RegionId: this.region });
  }

  /** The API of OSS. */
  oss(): Oss {
    return new Oss(this.region, this.endpoint("oss"));
  }

  /** The API of Simple Log Service. */
  sls(): Sls {
    return new Sls(this.endpoint("sls"));
  }

  /** The endpoint of a service. */
  endpoint(service: RpcService | "oss" | "sls"): string {
    const [endpoints] = configMappings("alicloud:endpoints") as Record<string, string>[];
    return endpointOf({ region: this.region, endpoints }, service);
  }
}

/** A list in a reply: Alibaba Cloud's APIs leave an empty one out. */
export function listIn<Item>(list: readonly Item[] | undefined): readonly Item[] {
  return list ?? [];
}
