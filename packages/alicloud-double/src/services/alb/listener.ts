import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Listener, Raw } from "./records";
import { requireActiveLoadBalancer } from "./lookup";
import { clearUnreferenced, markReferenced } from "./server-group";
import { healthOf } from "../../plane/health";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";
import { accepts, tokenPage } from "../listing";

const noListener = (id: string) => notFound("ResourceNotFound.Listener", id);

const settingNames = [
  "Certificates",
  "CaEnabled",
  "CaCertificates",
  "GzipEnabled",
  "Http2Enabled",
  "IdleTimeout",
  "RequestTimeout",
  "SecurityPolicyId",
  "ListenerDescription",
  "XForwardedForConfig",
  "QuicConfig",
];

/** Listeners. */
export const listeners: ActionGroup = {
  service: "alb",
  actions: {
    CreateListener({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      const port = fields.number("ListenerPort") ?? 0;
      const protocol = fields.string("ListenerProtocol") ?? "";
      if (
        world.balancing.listeners.find(
          (one) =>
            one.loadBalancerId === balancer.id &&
            one.port === port &&
            (one.protocol === "QUIC") === (protocol === "QUIC"),
        )
      )
        throw new Refusal(
          "ResourceAlreadyExist.Listener",
          `The specified resource Listener ${port} already exists.`,
          409,
        );
      if (protocol === "HTTPS" && fields.list("Certificates").length === 0)
        throw new Refusal("MissingParameter.Certificates", "The parameter Certificates is required for HTTPS.");
      const defaultActions = parseDefaultActions(fields);
      markReferenced(world, defaultActions, balancer.vpcId);
      const id = world.newId("lsn");
      const listener = world.balancing.listeners.put(id, {
        id,
        loadBalancerId: balancer.id,
        protocol,
        port,
        status: "Provisioning",
        defaultActions,
        created: world.timestamp(),
        tags: sentTags(fields),
        settings: {
          CaEnabled: false,
          GzipEnabled: true,
          Http2Enabled: protocol === "HTTPS",
          IdleTimeout: 15,
          RequestTimeout: 60,
          ListenerDescription: "",
          ...(protocol === "HTTPS" ? { SecurityPolicyId: "tls_cipher_policy_1_0" } : {}),
          XForwardedForConfig: { XForwardedForEnabled: true, XForwardedForProcessingMode: "append" },
          ...fields.pick(...settingNames),
        },
      });
      world.onListenerChange(listener, true);
      return { ListenerId: id, JobId: world.startJob(() => (listener.status = "Running")) };
    },
    GetListenerAttribute: ({ fields, world }) =>
      listenerResponse(world.balancing.listeners.require(fields.string("ListenerId"), noListener)),
    ListListeners({ fields, world }) {
      const ids = fields.strings("ListenerIds");
      const balancers = fields.strings("LoadBalancerIds");
      const found = world.balancing.listeners.where(
        (one) => accepts(ids, one.id) && accepts(balancers, one.loadBalancerId) && acceptsTags(world, fields, one),
      );
      return { Listeners: found.map(listenerSummary), ...tokenPage(found.length) };
    },
    UpdateListenerAttribute({ fields, world }) {
      const listener = requireFreeListener(world, fields.string("ListenerId"));
      if (fields.has("DefaultActions")) {
        const actions = parseDefaultActions(fields);
        markReferenced(world, actions, world.balancing.loadBalancers.get(listener.loadBalancerId)?.vpcId);
        listener.defaultActions = actions;
        clearUnreferenced(world);
      }
      Object.assign(listener.settings, fields.pick(...settingNames));
      listener.status = "Configuring";
      return { JobId: world.startJob(() => (listener.status = "Running")) };
    },
    StartListener: ({ fields, world }) =>
      setStatus(world, world.balancing.listeners.require(fields.string("ListenerId"), noListener), "Running"),
    StopListener: ({ fields, world }) =>
      setStatus(world, world.balancing.listeners.require(fields.string("ListenerId"), noListener), "Stopped"),
    DeleteListener({ fields, world }) {
      const listener = requireFreeListener(world, fields.string("ListenerId"));
      // Its port and the priorities and server groups of its rules are taken until it is gone.
      listener.status = "Deleting";
      world.onListenerChange(listener, false);
      const JobId = world.startJob(() => {
        removeListener(world, listener);
        clearUnreferenced(world);
      });
      return { JobId };
    },
    /** The targets of a listener and its rules that are not healthy; like the cloud, it does not list healthy ones. */
    GetListenerHealthStatus({ fields, world }) {
      const listener = world.balancing.listeners.require(fields.string("ListenerId"), noListener);
      const rules = world.balancing.rules.where((one) => one.listenerId === listener.id);
      const status = (actions: readonly Raw[]) =>
        healthOf(world, actions).map((group) => ({
          ServerGroupId: group.serverGroupId,
          HealthCheckEnabled: "on",
          ActionType: "ForwardGroup",
          NonNormalServers: group.targets
            .filter((target) => target.health !== "Healthy" && Date.now() - target.since >= world.delays.unlisted)
            .map((target) => ({
              ServerId: target.serverId,
              ServerIp: target.serverIp,
              Port: target.port,
              Status: target.health,
              Reason: { ReasonCode: target.health === "Initial" ? "UNKNOWN" : "RESPONSE_MISMATCH" },
            })),
        }));
      return {
        ListenerHealthStatus: [
          {
            ListenerId: listener.id,
            ListenerPort: listener.port,
            ListenerProtocol: listener.protocol,
            ServerGroupInfos: status(listener.defaultActions),
          },
        ],
        RuleHealthStatus: rules.map((rule) => ({ RuleId: rule.id, ServerGroupInfos: status(rule.actions) })),
        NextToken: "",
      };
    },
  },
};

/**
 * The listener; refuses if it, one of its rules or its load balancer is being created, changed or deleted. The provider
 * repeats calls that are refused like this: https://github.com/aliyun/terraform-provider-alicloud/pull/9021
 */
export function requireSettledListener(world: World, id: string | undefined): Listener {
  const listener = world.balancing.listeners.require(id, noListener);
  const balancer = world.balancing.loadBalancers.get(listener.loadBalancerId);
  const changing = world.balancing.rules.find((rule) => rule.listenerId === listener.id && rule.status !== "Available");
  if (changing || balancer?.status !== "Active" || !/^(Running|Stopped)$/.test(listener.status))
    throw new Refusal(
      "ResourceInConfiguring.Listener",
      "The specified listener is being configured, please try again later.",
    );
  return listener;
}

/** The listener, which is to be changed or deleted; refuses also by the status of its load balancer. */
function requireFreeListener(world: World, id: string | undefined): Listener {
  const listener = world.balancing.listeners.require(id, noListener);
  requireActiveLoadBalancer(world, listener.loadBalancerId);
  if (listener.status !== "Running" && listener.status !== "Stopped")
    throw new Refusal("IncorrectStatus.Listener", `The status of ${listener.id} [${listener.status}] is incorrect.`);
  return requireSettledListener(world, id);
}

/** Removes a listener with its rules. */
export function removeListener({ balancing }: World, listener: Listener): void {
  for (const rule of balancing.rules.where((one) => one.listenerId === listener.id)) balancing.rules.remove(rule.id);
  balancing.listeners.remove(listener.id);
}

/**
 * A listener's default action can only forward, without weights:
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createlistener
 */
function parseDefaultActions(fields: Fields): Raw[] {
  const actions = rawList(fields, "DefaultActions");
  if (actions.length !== 1 || actions[0]?.["Type"] !== "ForwardGroup")
    throw new Refusal("IllegalParam.DefaultActions", "The param of DefaultActions is illegal: one ForwardGroup.");
  return actions;
}

/** A list of actions or conditions as it was sent. */
export function rawList(fields: Fields, name: string): Raw[] {
  return fields.list(name).map((action) => action.values as Raw);
}

function setStatus(world: World, listener: Listener, status: Listener["status"]) {
  listener.status = status;
  return { JobId: world.startJob() };
}

/** A listener in a list, which says less than GetListenerAttribute. */
function listenerSummary(listener: Listener) {
  return Object.fromEntries(Object.entries(listenerResponse(listener)).filter(([name]) => name !== "CaEnabled"));
}

function listenerResponse(listener: Listener) {
  return {
    ListenerId: listener.id,
    LoadBalancerId: listener.loadBalancerId,
    ListenerProtocol: listener.protocol,
    ListenerPort: listener.port,
    ListenerStatus: listener.status,
    DefaultActions: listener.defaultActions,
    ...listener.settings,
    LogConfig: { AccessLogRecordCustomizedHeadersEnabled: false, AccessLogTracingConfig: {} },
    Tags: tagsResponse(listener.tags),
  };
}
