/** The marks of releases on their images, and the retention rule, in each cloud's container registry. */
import assert from "node:assert/strict";
import { now } from "../../../components/clock.remote";
import { ECRClient } from "@aws-sdk/client-ecr";
import * as alicloudMark from "../../../components/clouds/alicloud/image-mark.remote";
import * as alicloudRetention from "../../../components/clouds/alicloud/image-retention.remote";
import * as awsMark from "../../../components/clouds/aws/image-mark.remote";
import * as awsRetention from "../../../components/clouds/aws/image-retention.remote";
import { markOf } from "../../../components/clouds/image-marks";
import { today } from "../../../components/clouds/image-marks.remote";
import { answerCommands, awsError, type Replies } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";
import { Repository } from "../../support/container-registry";
import { refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

let repository = new Repository();
/** What the registry refuses everything with, if anything. */
let refused: string | undefined;

const [a, b, c, d] = ["a", "b", "c", "d"].map((digit) => digit.repeat(64)) as [string, string, string, string];
const recipe = (digit: string) => digit.repeat(16);
const named = (digest: string, day: string) => `last-named-${day.replaceAll("-", "")}-${digest.slice(0, 12)}`;

interface Registry {
  readonly mark: (digest: string, release: string, stack?: string) => Promise<string>;
  readonly moveMark: (from: string, to: string, release: string) => Promise<unknown>;
  readonly unmark: (digest: string, release: string) => Promise<void>;
  readonly retain: (current: string, keep: number) => Promise<string>;
}

function suite(cloud: string, registry: () => Registry): void {
  beforeEach(() => {
    repository = new Repository();
    refused = undefined;
    repository.push(a, recipe("a"));
    repository.push(b, recipe("b"));
  });

  it("marks an image, which keeps its mark until the release goes, and then has the day", async () => {
    assert.equal(await registry().mark(a, "1-0-0-aaaaaa"), "live-prod.1-0-0-aaaaaa");
    assert.deepEqual(repository.tagsOf(a), [recipe("a"), "live-prod.1-0-0-aaaaaa"]);
    await registry().unmark(a, "1-0-0-aaaaaa");
    assert.deepEqual(repository.tagsOf(a), [recipe("a"), named(a, today())]);
    // A second attempt, after a reply was lost.
    await registry().unmark(a, "1-0-0-aaaaaa");
    assert.deepEqual(repository.tagsOf(a), [recipe("a"), named(a, today())]);
  });

  it("keeps the mark of another release of the stack, and of another stack, on the same image", async () => {
    await registry().mark(a, "1-0-0-aaaaaa");
    await registry().mark(a, "1-0-1-bbbbbb");
    await registry().mark(a, "1-0-0-aaaaaa", "another");
    await registry().unmark(a, "1-0-0-aaaaaa");
    assert.deepEqual(
      repository.tagsOf(a).filter((tag) => tag.startsWith("live-")),
      ["live-prod.1-0-1-bbbbbb", "live-another.1-0-0-aaaaaa"],
    );
  });

  it("marks the image that an image was baked again as, although tags are immutable", async () => {
    await registry().mark(a, "1-0-0-aaaaaa");
    await registry().moveMark(a, b, "1-0-0-aaaaaa");
    assert.equal(repository.tags.get("live-prod.1-0-0-aaaaaa"), b);
    assert.ok(repository.images.has(a));
  });

  it("replaces the day on which an image was named before", async () => {
    repository.tag(a, named(a, "2026-01-02"));
    await registry().mark(a, "1-0-0-aaaaaa");
    await registry().unmark(a, "1-0-0-aaaaaa");
    assert.deepEqual(repository.tagsOf(a), [recipe("a"), named(a, today())]);
  });

  it("does not fail an update over an image that it may not mark, and that does not exist", async () => {
    assert.match(await registry().mark(c, "1-0-0-aaaaaa"), /^not marked: this account has no such image/);
    refused = "forbidden";
    assert.match(await registry().mark(a, "1-0-0-aaaaaa"), /^not marked: these credentials may not tag it/);
    await registry().unmark(a, "1-0-0-aaaaaa");
  });

  it("deletes what no release has named for that many days, and nothing else", async () => {
    repository.tag(a, named(a, "2026-01-02"));
    repository.tag(b, named(b, "2026-01-02"));
    repository.tag(b, "live-another.1-0-0-aaaaaa");
    repository.push(c, recipe("c"), named(c, "2026-01-02"));
    // A base, and what somebody else has pushed.
    repository.push(d, `base-${recipe("d")}`, named(d, "2026-01-02"));
    repository.push("e".repeat(64), "by-hand", named("e".repeat(64), "2026-01-02"));
    assert.match(await registry().retain(c, 30), new RegExp(`^deleted (sha256:)?${a}$`));
    assert.deepEqual([...repository.images], [b, c, d, "e".repeat(64)]);
  });

  it("begins to count where no day is recorded, and keeps an image up to the last day", async () => {
    const yesterday = new Date(now() - 86_400_000).toISOString().slice(0, 10);
    repository.tag(b, named(b, yesterday));
    assert.equal(await registry().retain(c, 2), "nothing to delete");
    assert.deepEqual(repository.tagsOf(a), [recipe("a"), named(a, today())]);
  });

  it("does not fail an update over images that it may not delete, and says why they stay", async () => {
    repository.tag(a, named(a, "2026-01-02"));
    refused = "forbidden";
    assert.match(await registry().retain(b, 30), /^failed: ./);
    assert.ok(repository.images.has(a));
  });

  it("keeps an image that another stack has marked since it was listed", async () => {
    repository.tag(a, named(a, "2026-01-02"));
    afterList = () => repository.tag(a, "live-another.1-0-0-aaaaaa");
    assert.equal(await registry().retain(b, 30), "nothing to delete");
    assert.ok(repository.images.has(a), cloud);
  });
}

let afterList: (() => unknown) | undefined;
const listed = <Result>(result: Result): Result => {
  afterList?.();
  afterList = undefined;
  return result;
};

describe("an image's mark and retention in ECR", () => {
  simulatedClock();
  const detail = (digest: string) => ({ imageDigest: `sha256:${digest}`, imageTags: repository.tagsOf(digest) });
  const hex = ({ imageDigest }: { imageDigest?: string }) => imageDigest?.replace("sha256:", "");
  const replies: Replies = {
    DescribeImages: ({ imageIds }: { imageIds?: { imageDigest?: string; imageTag?: string }[] }) => {
      if (refused !== undefined) throw awsError("AccessDeniedException");
      const [id] = imageIds ?? [];
      if (id === undefined) return listed({ imageDetails: [...repository.images].map(detail) });
      const digest = hex(id) ?? repository.tags.get(id.imageTag ?? "");
      if (digest === undefined || !repository.images.has(digest)) throw awsError("ImageNotFoundException");
      return { imageDetails: [detail(digest)] };
    },
    BatchGetImage: ({ imageIds: [id = {}] }: { imageIds: { imageDigest?: string }[] }) => ({
      images: [{ imageManifest: `manifest of ${hex(id) ?? ""}`, imageManifestMediaType: "application/vnd.oci…" }],
    }),
    PutImage: ({ imageManifest, imageTag }: { imageManifest: string; imageTag: string }) => {
      const problem = repository.tag(imageManifest.replace("manifest of ", ""), imageTag);
      if (problem === "taken") throw awsError("ImageTagAlreadyExistsException");
      if (problem === "same") throw awsError("ImageAlreadyExistsException");
      if (problem === "malformed") throw awsError("InvalidParameterException");
      return {};
    },
    BatchDeleteImage: ({ imageIds }: { imageIds: { imageDigest?: string; imageTag?: string }[] }) => {
      if (imageIds.length > 100) throw awsError("InvalidParameterException");
      const failed = imageIds.filter((id) => !repository.untag(id.imageTag ?? "", hex(id)));
      return { failures: failed.map((imageId) => ({ imageId, failureCode: "ImageNotFound" })) };
    },
  };
  answerCommands([ECRClient], () => replies);

  const inputs = (digest: string, release: string, stack = "prod") => ({
    region: "us-east-1",
    service: "books",
    image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/books@sha256:${digest}`,
    tag: markOf(stack, release),
  });
  suite("aws", () => ({
    mark: async (...of) => (await awsMark.create(inputs(...of))).outs.marked,
    moveMark: (from, to, release) => awsMark.update("", inputs(from, release), inputs(to, release)),
    unmark: (...of) => awsMark.delete("", inputs(...of)),
    retain: async (current, keep) =>
      (await awsRetention.create({ ...inputs(current, ""), keep, releases: [] })).outs.result,
  }));

  it("marks an image whose reference has a tag too, and one by a dual-stack name", async () => {
    const [tag, host] = [markOf("prod", "1-0-0-aaaaaa"), "123456789012.dkr-ecr.us-east-1.on.aws"];
    for (const image of [inputs(a, "").image.replace("@", ":1.0.0@"), `${host}/books@sha256:${a}`]) {
      const { outs } = await awsMark.create({ ...inputs(a, "1-0-0-aaaaaa"), image });
      assert.equal(outs.marked, tag);
    }
  });

  it("leaves images of other registries alone", async () => {
    const { outs } = await awsMark.create({ ...inputs(a, "1-0-0-aaaaaa"), image: `nginx@sha256:${a}` });
    assert.match(outs.marked, /^not marked: no registry/);
  });
});

describe("an image's mark and retention in Container Registry", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  beforeEach(() => {
    api.reply = (action, { InstanceId, RepoId, RepoName, Tag = "", FromTag = "", ToTag = "" }): Reply => {
      if (refused !== undefined) return refusal("NoPermission");
      if (action === "ListInstance")
        return { Instances: [{ InstanceId: "cri-1", InstanceName: "books" }], TotalCount: "1" };
      if (InstanceId !== "cri-1") return refusal("INSTANCE_NOT_EXIST");
      if (action === "GetRepository") return RepoName === "books" ? { RepoId: "crr-1" } : refusal("REPO_NOT_EXIST");
      if (action === "CreateRepoTag") {
        const digest = repository.tags.get(FromTag);
        if (digest === undefined) return refusal("TAG_NOT_EXIST");
        return repository.tag(digest, ToTag) === undefined ? {} : refusal("TAG_IMMUTABLE");
      }
      if (RepoId !== "crr-1") return refusal("REPO_NOT_EXIST");
      if (action === "DeleteRepoTag") return repository.untag(Tag) ? {} : refusal("TAG_NOT_EXIST");
      const Images = [...repository.tags].map(([tag, Digest]) => ({ Tag: tag, Digest }));
      return listed({ Images, TotalCount: String(Images.length) });
    };
  });

  const inputs = (digest: string, release: string, stack = "prod") => ({
    region: "cn-hangzhou",
    ecs: api.url,
    scaling: api.url,
    registries: api.url,
    service: "books",
    image: `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/books@sha256:${digest}`,
    tag: markOf(stack, release),
  });
  suite("alicloud", () => ({
    mark: async (...of) => (await alicloudMark.create(inputs(...of))).outs.marked,
    moveMark: (from, to, release) => alicloudMark.update("", inputs(from, release), inputs(to, release)),
    unmark: (...of) => alicloudMark.delete("", inputs(...of)),
    retain: async (current, keep) =>
      (await alicloudRetention.create({ ...inputs(current, ""), keep, releases: [] })).outs.result,
  }));

  it("marks an image whose reference has a tag too", async () => {
    const image = inputs(a, "").image.replace("@", ":1.0.0@");
    const { outs } = await alicloudMark.create({ ...inputs(a, "1-0-0-aaaaaa"), image });
    assert.equal(outs.marked, markOf("prod", "1-0-0-aaaaaa"));
  });
});

describe("the mark of a release", () => {
  it("is a tag that every registry accepts, also for the longest names", () => {
    const long = markOf("s".repeat(100), "1-".repeat(40));
    assert.match(long, /^\w[\w.-]{0,127}$/);
    assert.notEqual(long, markOf("s".repeat(100), `${"1-".repeat(40)}1`));
    assert.equal(markOf("books-prod", "1-4-2-9f3ab1"), "live-books-prod.1-4-2-9f3ab1");
  });
});
