/** The removal of a launch template on Alibaba Cloud, against an API that has some. */
import assert from "node:assert/strict";
import * as removal from "../../../components/clouds/alicloud/launch-template-removal.remote";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the removal of a launch template on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** The owners of the launch templates, by id. */
  let owners: Map<string, string>;
  /** Whether another deletes the templates just after they were listed. */
  let overtaken: boolean;

  beforeEach(() => {
    owners = new Map([["lt-1", "project/stack/0a1b2c3d"]]);
    overtaken = false;
    api.reply = reply;
  });

  function reply(action: string, fields: Fields): Reply {
    if (action === "DescribeLaunchTemplates") {
      const { "LaunchTemplateName.1": LaunchTemplateName } = fields;
      const found = [...owners].map(([LaunchTemplateId, TagValue]) => ({
        LaunchTemplateId,
        LaunchTemplateName,
        Tags: { Tag: [{ TagKey: "immutable-service", TagValue }] },
      }));
      return { LaunchTemplateSets: { LaunchTemplateSet: LaunchTemplateName === "shop-1-0-0" ? found : [] } };
    }
    const { LaunchTemplateId: id = "" } = fields;
    assert.equal(action, "DeleteLaunchTemplate");
    if (overtaken) owners.clear();
    return owners.delete(id) ? {} : refusal("InvalidLaunchTemplateId.NotFound");
  }

  const remove = async () => {
    const inputs = {
      ...{ region: "cn-hangzhou", endpoint: api.url },
      ...{ template: "shop-1-0-0", owner: "project/stack/0a1b2c3d" },
    };
    const { id, outs } = await removal.create(inputs);
    assert.deepEqual(outs, inputs);
    await removal.delete(id, outs);
  };

  it("deletes the stack's own template, and nothing where it is gone", async () => {
    await remove();
    assert.deepEqual([...owners], []);
    await remove();
    assert.deepEqual(api.actions, ["DescribeLaunchTemplates", "DeleteLaunchTemplate", "DescribeLaunchTemplates"]);
  });

  it("takes one that is gone in the meantime for deleted", async () => {
    overtaken = true;
    await remove();
    assert.ok(api.actions.includes("DeleteLaunchTemplate"));
  });

  it("leaves another stack's template of the same name alone", async () => {
    owners = new Map([["lt-2", "project/other/0a1b2c3d"]]);
    await remove();
    assert.deepEqual([...owners.keys()], ["lt-2"]);
  });
});
