import type { ActionGroup } from "../protocol/action";

/** Billing: whether the account is a domestic one, which the provider asks unless `accountType` is set. */
export const billing: ActionGroup = {
  service: "bss",
  actions: {
    QueryAvailableInstances: () => ({
      Code: "Success",
      Success: true,
      Data: { InstanceList: [], TotalCount: 0, PageNum: 1, PageSize: 20 },
    }),
  },
};
