/** The checks of `npm run verify` on images in ECR, by each of the names that a registry has. */
import assert from "node:assert/strict";
import { ECRClient } from "@aws-sdk/client-ecr";
import { imageChecks } from "../../verify/checks/aws/images";
import type { Subject } from "../../verify/subject";
import { answerCommands, awsError } from "../support/aws-commands";

describe("verify: images in ECR", () => {
  const imageDigest = `sha256:${"a".repeat(64)}`;
  const Statement = [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }];
  const recorded = answerCommands([ECRClient], () => ({
    GetRepositoryPolicy: () => ({ policyText: JSON.stringify({ Statement }) }),
    DescribeImages: () => ({ imageDetails: [{ imageDigest, imageTags: ["1.0"] }] }),
    GetLifecyclePolicy: () => {
      throw awsError("LifecyclePolicyNotFoundException");
    },
  }));

  const names = {
    "a name": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app",
    "a name with a tag": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1.0",
    "a name in China": "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app",
    "a name of a FIPS endpoint": "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/team/app",
    "a dual-stack name": "123456789012.dkr-ecr.us-east-1.on.aws/team/app",
    "a dual-stack name of a FIPS endpoint": "123456789012.dkr-ecr-fips.us-east-1.on.aws/team/app",
    "a dual-stack name in China": "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/team/app",
  };
  for (const [what, name] of Object.entries(names))
    it(`are read by ${what}`, async () => {
      const [stay, closed] = imageChecks(subjectWith(`${name}@${imageDigest}`));
      assert.deepEqual(await stay?.run(), { result: "pass", saw: "1 image(s), and no rule that deletes one" });
      const verdict = await closed?.run();
      assert.deepEqual([verdict?.result, verdict?.saw], ["fail", "every account may use team/app"]);
      for (const { input } of recorded.sent)
        assert.deepEqual([input.registryId, input.repositoryName], ["123456789012", "team/app"]);
    });

  it("are not those of other registries", async () => {
    const [stay, closed] = imageChecks(subjectWith(`public.ecr.aws/nginx/nginx@${imageDigest}`));
    assert.match((await stay?.run())?.saw ?? "", /in a registry that this command cannot read/);
    assert.equal((await closed?.run())?.saw, "none is in this account or its registry");
    assert.deepEqual(recorded.sent, []);
  });

  function subjectWith(image: string): Subject {
    return { region: "us-east-1", releases: [{ id: "1-0-0-aaaaaa", image }] } as unknown as Subject;
  }
});
