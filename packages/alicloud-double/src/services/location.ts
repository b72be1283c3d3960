import type { ActionGroup } from "../protocol/action";

/**
 * Endpoints, which the provider asks for if none is set: the real host names, which reach the double through the
 * proxy.
 */
export const location: ActionGroup = {
  service: "location",
  actions: {
    DescribeEndpoints({ fields }) {
      const region = fields.string("Id") ?? "";
      const code = fields.string("ServiceCode") ?? "";
      const host =
        {
          oss: `oss-${region}.aliyuncs.com`,
          sls: `${region}.log.aliyuncs.com`,
          ram: "ram.aliyuncs.com",
          resourcemanager: "resourcemanager.aliyuncs.com",
        }[code] ?? `${code}.${region}.aliyuncs.com`;
      return {
        Endpoints: {
          Endpoint: [
            {
              Endpoint: host,
              Id: region,
              Namespace: "",
              SerivceCode: code,
              ServiceCode: code,
              Type: fields.string("Type") ?? "openAPI",
              Protocols: { Protocols: ["HTTP", "HTTPS"] },
            },
          ],
        },
        Success: true,
      };
    },
  },
};
