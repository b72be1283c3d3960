import type { ActionGroup } from "../../protocol/action";
import { findInstance } from "./instances";

/**
 * What deletes the artifacts of an instance of Container Registry, as a test adds it.
 * https://www.alibabacloud.com/help/en/acr/developer-reference/api-cr-2018-12-01-listartifactlifecyclerule
 */
export const lifecycleRules: ActionGroup = {
  service: "cr",
  actions: {
    ListArtifactLifecycleRule({ fields, world }) {
      const { lifecycleRules: rules = [] } = findInstance(world, fields);
      return { IsSuccess: true, Code: "success", TotalCount: String(rules.length), Rules: rules };
    },
  },
};
