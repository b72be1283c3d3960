/** What is read of EC2 Image Builder, with clients that reply as each test says. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import { ImageBuilder } from "../../../components/clouds/aws/image-builder.remote";
import { type Replies, answerCommands } from "../../support/aws-commands";

describe("the builds of a recipe on AWS", () => {
  let replies: Replies = {};
  answerCommands([EC2Client, ImagebuilderClient], () => replies);
  const refuse = (name: string, httpStatusCode: number) => () => {
    throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
  };
  const find = () =>
    new ImageBuilder("us-east-1").resumableBuild("arn:aws:imagebuilder:image-recipe/r/1.0.0", "subnet-1");

  it("are none before the first one, whichever error AWS has for it", async () => {
    // https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImageBuildVersions.html
    for (const name of ["InvalidRequestException", "ResourceNotFoundException", "ClientException"]) {
      replies = { ListImageBuildVersions: refuse(name, 400) };
      assert.equal(await find(), undefined, name);
    }
  });

  it("are not known without the right, or while AWS is too busy", async () => {
    for (const [name, status] of [
      ["AccessDeniedException", 403],
      ["CallRateLimitExceededException", 429],
      ["ServiceException", 500],
    ] as const) {
      replies = { ListImageBuildVersions: refuse(name, status) };
      await assert.rejects(find(), new RegExp(name));
    }
  });
});
