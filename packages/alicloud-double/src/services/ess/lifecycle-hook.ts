import type { ActionGroup } from "../../protocol/action";
import { Refusal } from "../../refusal";
import { accepts, page } from "../listing";
import { findScalingGroup } from "./lookup";
import { parseSettings } from "./settings";

const hooksPerGroup = 6;

/** Lifecycle hooks. Instances that are added wait until a hook's timeout; those of removals are only stored. */
export const lifecycleHooks: ActionGroup = {
  service: "ess",
  actions: {
    CreateLifecycleHook({ fields, world }) {
      const group = findScalingGroup(world, fields);
      const id = world.newId("ash");
      const name = fields.string("LifecycleHookName") ?? id;
      const others = world.scaling.hooks.where(({ groupId }) => groupId === group.id);
      if (others.some(({ settings }) => settings["LifecycleHookName"] === name))
        throw new Refusal(
          "InvalidLifecycleHookName.Duplicate",
          "The specified value of parameter lifecycleHookName is duplicated.",
        );
      if (others.length >= hooksPerGroup)
        throw new Refusal(
          "QuotaExceeded.LifecycleHook",
          "Lifecycle hook quota exceeded in the specified scaling group.",
        );
      world.scaling.hooks.put(id, {
        id,
        groupId: group.id,
        settings: {
          DefaultResult: "CONTINUE",
          HeartbeatTimeout: 600,
          LifecycleHookName: name,
          ...parseSettings(fields),
        },
      });
      return { LifecycleHookId: id };
    },
    ModifyLifecycleHook({ fields, world }) {
      Object.assign(
        world.scaling.hooks.require(fields.string("LifecycleHookId"), "InvalidLifecycleHookId.NotExist").settings,
        parseSettings(fields),
      );
    },
    DescribeLifecycleHooks({ fields, world }) {
      const ids = fields.strings("LifecycleHookId");
      const found = world.scaling.hooks.where(
        (hook) => accepts(ids, hook.id) && hook.groupId === (fields.string("ScalingGroupId") ?? hook.groupId),
      );
      return {
        LifecycleHooks: {
          LifecycleHook: found.map((hook) => ({
            LifecycleHookId: hook.id,
            ScalingGroupId: hook.groupId,
            ...hook.settings,
          })),
        },
        ...page(found.length),
      };
    },
    DeleteLifecycleHook({ fields, world }) {
      world.scaling.hooks.remove(fields.string("LifecycleHookId") ?? "");
    },
  },
};
