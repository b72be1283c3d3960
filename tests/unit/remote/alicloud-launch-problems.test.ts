import assert from "node:assert/strict";
import { launchProblems } from "../../../components/clouds/alicloud/launch-problems.remote";
import { withAdvice } from "../../../components/clouds/launch-problems.remote";

describe("an instance that Auto Scaling could not start on Alibaba Cloud", () => {
  const advised = (reason: string) => withAdvice(reason, launchProblems);

  it("has disks of a category that its zone has not, or its type: the advice names zones and sizes", () => {
    for (const code of ["InvalidSystemDiskCategory.ValueNotSupported", "InvalidDataDiskCategory.NotSupported"])
      assert.match(advised(`${code}: Specified disk category is not supported.`), /ESSDs.* zones, or another size\)$/);
  });

  it("is of a size that the zones have no more of: the advice names zones, sizes and time", () => {
    for (const reason of [
      "NoStock: Create ECI failed because the specified instance is out of stock.",
      "OperationDenied.NoStock: The resource is out of stock in the specified zone.",
      "Create ECI failed because current zone closed or limited without living instance. StockClose",
    ])
      assert.match(advised(reason), /no more instances of this size.* zones, or another size, or run the update again/);
  });
});
