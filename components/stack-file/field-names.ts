/**
 * Names that other tools and the clouds have for what a stack file calls otherwise, or does not have. A spelling error is
 * found by its distance from a known name; these are not spelling errors.
 */
export interface Remedy {
  /** The names, in lower case without dashes and underscores. */
  readonly names: readonly string[];
  /** The field to give instead, by its path in the service; several where the value decides. */
  readonly use?: string | readonly string[];
  /** What to add to that; without `use`, what to do instead of a field. */
  readonly advice?: string;
}

const remedy = (names: string, use: Remedy["use"], advice?: string): Remedy => ({
  names: names.split(" "),
  ...(use === undefined ? {} : { use }),
  ...(advice === undefined ? {} : { advice }),
});
const instead = (names: string, advice: string) => remedy(names, undefined, advice);

const noType = "there is no field for an instance type: the cheapest one that has the size is used";

/** Names that mean something else in every mapping: no remedy from another one. */
export const vagueNames =
  "name type kind path url port config platform run update arguments policies min max value version".split(" ");

/** The names in the service and in a release. A mapping's own names are in `within`. */
export const inService: readonly Remedy[] = [
  // Numbers of instances
  remedy("replicas replicacount count instancecount numberofinstances tasks taskcount scale", "instances.min"),
  remedy("desiredcount desired desiredcapacity desiredreplicas initialcount", ["instances.min", "instances.start"]),
  remedy("min mininstances mincapacity minsize mincount minreplicas", "instances.min"),
  remedy("max maxinstances maxcapacity maxsize maxcount maxreplicas", "instances.max"),
  remedy("autoscaling autoscaler hpa triggers trigger scalingpolicies policies scalingrules", "scaling"),
  remedy("schedule schedules cron", "scaling", "as { schedule, timezone, min, max }"),

  // What an instance is
  remedy("env envs envvars environmentvariables vars variables config configmap", "environment"),
  remedy("cpu cpus vcpu vcpus cores", "size.cpu", "in vCPUs"),
  remedy("memory mem ram memorymib memorymb memorygb memorygib", "size.memoryGiB", "in GiB"),
  remedy("resources limits requests", "size", "as { cpu, memoryGiB }"),
  remedy("instancetype instanceclass machinetype flavor type vmsize", "size", noType),
  remedy("diskgib disksize rootvolume ephemeralstorage storagegib", "disk.sizeGiB"),
  remedy("arch cpuarchitecture processor platform", "architecture"),
  remedy("launchtype runtime compatibility runtimeplatform", "compute"),
  remedy(
    "ports containerport targetport appport listenport portmappings expose",
    "port",
    "the one that the app listens on",
  ),
  remedy("cmd entrypoint args arguments run", "command", "with its arguments, as one list"),
  remedy("securitycontext readonlyrootfilesystem runasuser readonly capabilities", "hardening"),
  remedy("secretsmanager secret ssm parameters vault keyvault credentials", "secrets", "by reference"),
  remedy("imageuri imageid ami amiid containerimage repository", "image"),
  remedy("tag imagetag digest", "image", "by its digest"),
  remedy("build dockerfile recipe artifact", "image.build"),
  remedy("restartedat forcenewdeployment forceredeployment redeploy renew revision", "renewedAt", "as the time of it"),
  remedy("servicename app appname", "name"),
  remedy("appversion release", "version"),
  remedy("labels metadata annotations", "tags"),
  instead("userdata cloudinit startupscript", "an instance runs what its image has: put it into the image"),
  instead(
    "sidecars containers initcontainers",
    "an instance runs one container: put the process into the image, or run it as a service of its own",
  ),
  instead(
    "sshkey sshkeys ssh keypair keyname bastion exec",
    "instances have no SSH access, by design: read their logs, and reproduce the problem with the same image elsewhere",
  ),
  instead("restart restartpolicy", "an app that ends is always started again: it has no other policy"),
  instead("spot capacityprovider capacityproviders", "instances are on demand only"),
  instead(
    "migration migrations hooks prehook posthook jobs job",
    "there are no tasks beside the service: run them in the pipeline, before pulumi up",
  ),
  instead(
    "database db rds postgres mysql redis queue sqs",
    "create it elsewhere, give its address in environment and its password by reference in secrets",
  ),

  // Health
  remedy("healthcheck healthchecks probe probes livenessprobe readinessprobe", "health"),
  remedy("healthpath healthcheckpath", "health.path"),
  remedy(
    "graceperiod healthcheckgraceperiod healthcheckgraceperiodseconds startperiod startupprobe warmup",
    "health.startWithin",
    "in seconds",
  ),

  // Storage and logs
  remedy("volumes volume mounts mountpoints efs nas filesystem sharedstorage nfs", "files.share"),
  remedy("storage bucket s3 oss objectstorage", "files"),
  remedy("log logging loggroup logstore logconfiguration", "logs"),
  remedy("retention retentiondays logretention", "logs.retentionDays"),

  // Network
  remedy("vpc vpcid", "network.vpcId"),
  remedy("subnets subnetids vswitches vswitchids", ["network.privateSubnetIds", "network.publicSubnetIds"]),
  remedy("privatesubnets privatesubnetids", "network.privateSubnetIds"),
  remedy("publicsubnets publicsubnetids", "network.publicSubnetIds"),
  remedy("zones azs availabilityzones", "network.zones"),
  remedy("cidr cidrblock vpccidr", "network.cidr"),
  remedy("nat natgateway natgateways egress", "network.egress"),
  remedy(
    "securitygroups securitygroup securitygroupids",
    "network.securityGroupIds",
    "beside the group of their own that the instances have, the stack's output securityGroupId",
  ),

  // Traffic
  remedy("lb alb elb loadbalancing listener listeners ingress", "loadBalancer"),
  remedy("public internetfacing scheme private", "loadBalancer.internal", "true or false"),
  remedy("allowlist whitelist allowedcidrs allowedips sourceranges ingresscidrs", "loadBalancer.allowFrom"),
  remedy(
    "drain draintimeout deregistrationdelay stoptimeout terminationgraceperiodseconds",
    "loadBalancer.drain",
    "in seconds",
  ),
  remedy("idletimeout timeout keepalive", "loadBalancer.idleTimeout", "in seconds"),
  remedy("certificate certificatearn cert acm ssl https", "tls.certificate"),
  instead(
    "domain domains domainname host hostname hosts dns dnsname route53 alidns url",
    "no DNS record is created: give tls.certificate for HTTPS, and let your domain's name point to the stack's output loadBalancer.dnsName",
  ),
  remedy(
    "canary weight weights traffic trafficsplit percent",
    "releases",
    "with a version, an image and a weight each",
  ),
  remedy(
    "strategy deployment deploymentstrategy bluegreen deploymentconfiguration update",
    ["gate", "rollout", "releases"],
    "every change is a new release beside the old one",
  ),
  instead(
    "autorollback rollback circuitbreaker",
    "a release that fails its health check or its gate gets no traffic, and rollout takes the traffic back from one that fails later",
  ),
  instead(
    "sticky stickiness sessionaffinity",
    "requests of one client reach any instance: keep sessions outside of the instances",
  ),
  instead("waf cdn cloudfront ratelimit", "put it in front of the stack's output loadBalancer"),
  instead(
    "alarms alarm alerts monitoring metrics dashboard",
    "none are created: make them of the stack's outputs loadBalancer and targetGroup",
  ),

  // Rights
  remedy("permission iam iampolicies iampolicy statements rights", "permissions"),
  remedy("policyarn managedpolicies managedpolicyarns", "policyArns"),
  instead(
    "role rolearn taskrole taskrolearn executionrole instanceprofile serviceaccount",
    "the app has a role of its own, the stack's outputs roleName and roleArn: give what it may do in permissions",
  ),

  // Keys beside the service
  instead("region", "it is a key beside the service, aws:region or alicloud:region"),
  instead("cloud provider", "it is a key beside the service, immutable-service:cloud"),
  instead("profile", "it is a key of the provider beside the service, such as aws:profile"),
  instead("stack stage environmentname namespace", "each stage is a stack of its own, with a stack file of its own"),
];

/** The names in a mapping, by its path. */
export const within: Readonly<Record<string, readonly Remedy[]>> = {
  size: [
    remedy("vcpu vcpus cores cpuunits", "size.cpu", "in vCPUs: 1024 CPU units of Fargate are 1"),
    remedy("memory mem ram memorymib memorymb memorygb gib", "size.memoryGiB", "in GiB"),
    remedy("disk storage", "disk.sizeGiB"),
    remedy("type instancetype", ["size.cpu", "size.memoryGiB"], noType),
  ],
  disk: [
    remedy("rootdevice device devicename", "aws.rootDevice", "beside disk"),
    remedy("size gib volumesize", "disk.sizeGiB", "in GiB"),
    instead("type volumetype iops encrypted kmskeyid", "the cloud's standard disk is used, and is encrypted"),
  ],
  instances: [
    remedy("count replicas", "instances.min"),
    remedy("desired desiredcount desiredcapacity initial", "instances.start"),
    remedy("mincapacity minsize", "instances.min"),
    remedy("maxcapacity maxsize", "instances.max"),
  ],
  health: [
    remedy("healthcheckpath endpoint url uri", "health.path"),
    remedy("intervalseconds periodseconds period", "health.interval", "in seconds"),
    remedy("timeoutseconds", "health.timeout", "in seconds"),
    remedy(
      "healthythreshold healthythresholdcount successthreshold",
      "health.healthyAfter",
      "in seconds: a number of checks times interval",
    ),
    remedy(
      "unhealthythreshold unhealthythresholdcount failurethreshold retries",
      "health.unhealthyAfter",
      "in seconds: a number of checks times interval",
    ),
    remedy("graceperiod startperiod initialdelay initialdelayseconds warmup", "health.startWithin", "in seconds"),
    instead("matcher statuscode statuscodes successcodes", "a status from 200 to 299 is a pass"),
    instead("command", "the load balancer sends GET requests to health.path: let the app check itself there"),
    instead("port", "checks are sent to the app's own port"),
    instead("protocol", "checks are HTTP requests"),
  ],
  files: [
    remedy("path mountpath mount", "files.share.path"),
    remedy("versions versioning versionretention", "files.keepVersions", "in days"),
    remedy("deletionpolicy retain", "files.whenRemoved", "keep or delete"),
    instead(
      "bucket name bucketname",
      "the bucket's name follows from the service's; the app receives it as FILES_BUCKET",
    ),
  ],
  "files.share": [remedy("mountpath mount target", "files.share.path")],
  logs: [
    remedy("retention retentionindays days keepdays ttl", "logs.retentionDays"),
    remedy("deletionpolicy retain", "logs.whenRemoved", "keep or delete"),
    instead("group name loggroup driver", "the log group's name follows from the service's"),
  ],
  "scaling[]": [
    remedy("cron when expression", "scaling[].schedule"),
    remedy("tz zone", "scaling[].timezone"),
    remedy("targetvalue value threshold utilization", "scaling[].target"),
    remedy("name type metrictype metricname", "scaling[].metric"),
    remedy("mincapacity minsize", "scaling[].min"),
    remedy("maxcapacity maxsize", "scaling[].max"),
    remedy("desired desiredcapacity", ["scaling[].min", "scaling[].max"]),
    instead("cooldown scaleincooldown scaleoutcooldown", "the clouds' own times hold"),
  ],
  network: [
    remedy("vpc id", "network.vpcId"),
    remedy("subnets subnetids vswitches vswitchids", ["network.privateSubnetIds", "network.publicSubnetIds"]),
    remedy("cidrblock range", "network.cidr"),
    remedy("nat natgateway natgateways", "network.egress"),
  ],
  loadBalancer: [
    remedy("scheme public internetfacing private", "loadBalancer.internal", "true or false"),
    remedy("cidrs allowedcidrs allow whitelist allowlist sourceranges inboundcidrs", "loadBalancer.allowFrom"),
    remedy("deregistrationdelay draining draintimeout", "loadBalancer.drain", "in seconds"),
    remedy("timeout idle idletimeoutseconds", "loadBalancer.idleTimeout", "in seconds"),
    instead(
      "sslpolicy tlspolicy minimumtlsversion",
      "TLS 1.2 and 1.3 are offered, with the cloud's recommended ciphers",
    ),
    instead("port ports listeners", "it listens on port 80, and with tls on port 443"),
    instead("accesslogs logs", "it writes none: requests are in the app's own logs"),
  ],
  tls: [
    remedy("arn certificatearn cert acm", "tls.certificate"),
    instead("policy sslpolicy minimumversion", "TLS 1.2 and 1.3 are offered, with the cloud's recommended ciphers"),
    instead("redirect", "HTTP is redirected to HTTPS where tls is given"),
  ],
  gate: [
    remedy("path", "health.path", "which the gate checks too"),
    remedy("timeout deadline", "gate.within", "in seconds"),
    remedy("count successes successthreshold responses", "gate.answers"),
    remedy("enabled disabled", "gate.from", "here or none"),
    remedy("address endpoint host", "gate.url"),
  ],
  "releases[]": [
    remedy("traffic percent percentage share trafficpercent", "releases[].weight", "in percent"),
    remedy("replicas count", "releases[].instances"),
  ],
  "permissions[]": [
    instead("effect", "a statement always allows: leave it out"),
    instead("sid", "a statement has no name: leave it out"),
    instead(
      "notaction notresource",
      "name what the app may do; for anything else give a policy of your own in policyArns",
    ),
  ],
  "releases[].image": [
    instead(
      "build",
      "is not supported in a further release: give its existing image (the digest or id that npm run bake printed, or the stack's output image)",
    ),
  ],
  "image.build": [
    remedy("registry", "alicloud.registry", "in the service"),
    remedy("base baseimage os", "image.build.from"),
    remedy("war jar file binary", "image.build.artifact"),
    remedy("dockerfile context path directory", "image.build.folder"),
    remedy("args buildargs variables", "image.build.arguments"),
    remedy("retention keeplast", "image.build.keep"),
  ],
};
