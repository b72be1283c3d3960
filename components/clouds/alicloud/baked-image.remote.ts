import { randomUUID } from "node:crypto";
import { messageOf } from "../../error-message";
import type { Created, Refreshed } from "../../remote";
import { credentials } from "./credentials.remote";
import { type InstanceInputs, Instances } from "./image-instances.remote";
import { type Endpoints, ImageSession, tagOf, tagParameter } from "./image-session.remote";
import { signedUrl } from "./oss-signature.remote";

/** The inputs of a bake. The service's name is the image's family: every stack of the same service uses its images. */
export interface Inputs extends Endpoints, InstanceInputs {
  /** The image that it is based on. */
  readonly baseImage: string;
  /** The image's description, at most 256 characters, and its tags. */
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The bucket and the key of the archive. */
  readonly bucket: string;
  readonly object: string;
  /** The shell scripts that the instances run. Each finds the archive's URL in `$archive`. */
  readonly playbook: string;
  readonly test: string;
}

/** The outputs of a bake. */
export interface Outputs extends Inputs {
  /** The machine image's id, such as m-bp1g7004ksh0oeuc9t1h. */
  readonly image: string;
}

/** Takes the tested image of this recipe where one exists, or else bakes it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const bake = new Bake(inputs);
  try {
    const image = await bake.run();
    return { id: image, outs: { ...inputs, image } };
  } catch (error) {
    const rest = await bake.cleanUpAfterFailure();
    throw new Error(
      `the image of recipe ${inputs.recipe} was not baked: it failed at its ${bake.step}: ` +
        `${messageOf(error)}\n${rest}; the next update bakes again.`,
      { cause: error },
    );
  }
}

/** An image that no longer exists is baked again by the next update. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { ecs, region, scaling } = outputs;
  if (ecs === undefined || region === undefined || scaling === undefined) return { id, props: outputs };
  const found = await new ImageSession({ ecs, region, scaling }, 5).images({ ImageId: id });
  return found.length > 0 ? { id, props: outputs } : {};
}

/** One bake: an instance runs the playbook and becomes an image, and an instance of that image runs the test. */
class Bake {
  step: "launch" | "playbook" | "capture" | "test" = "launch";
  private readonly session: ImageSession;
  private readonly instances: Instances;
  /** The image created so far: its tags are not always found at once. */
  private created: string | undefined;

  constructor(private readonly inputs: Inputs) {
    this.session = new ImageSession(inputs, inputs.within);
    this.instances = new Instances(this.session, inputs);
  }

  /** Returns the image's id. */
  async run(): Promise<string> {
    const { baseImage, playbook, recipe, region, service, test } = this.inputs;
    const tested = { Status: "Available", Tag: tagParameter({ service, recipe, tested: "yes" }) };
    const [existing] = await this.session.images(tested);
    if (existing !== undefined) return existing.ImageId;
    await this.cleanUp();
    const [base] = await this.session.images({ ImageId: baseImage }, "any");
    if (base === undefined) throw new Error(`there is no image ${baseImage} in ${region}`);
    if (base.Features?.ImdsSupport === "v1")
      throw new Error(
        `instances cannot be launched from ${baseImage}, because their metadata requires session tokens, and its ` +
          "Features.ImdsSupport is v1: choose a newer public image, or set ImdsSupport to v2 if its cloud-init is 23.1 or newer",
      );
    // 20 GiB is the smallest disk that a stack file may set, so the image fits on each.
    const sizeGiB = Math.max(20, base.Size ?? 0);
    const builder = await this.instances.launch({ image: baseImage, purpose: "builder", sizeGiB, bandwidth: 100 });
    this.step = "playbook";
    await this.instances.run(builder, "playbook", await this.withArchive(playbook));
    this.step = "capture";
    await this.instances.stop(builder);
    const image = await this.capture(builder);
    await this.instances.terminate(builder);
    this.step = "test";
    const tester = await this.instances.launch({ image, purpose: "tester", sizeGiB, bandwidth: 0 });
    await this.instances.run(tester, "test", await this.withArchive(test));
    await this.instances.terminate(tester);
    const tag = { ResourceType: "image", "ResourceId.1": image, Tag: tagParameter({ tested: "yes" }) };
    await this.session.request("TagResources", tag);
    return image;
  }

  /** Deletes what the bake created, and says what could not be deleted. */
  async cleanUpAfterFailure(): Promise<string> {
    this.session.extend(10);
    return this.cleanUp().then(
      () => "Nothing of it is left",
      (error: unknown) =>
        `It could not be cleaned up completely (${String(error)}), but its instances end by themselves`,
    );
  }

  /**
   * Deletes what this stack has created and not finished, by this bake or by one that was killed, of whatever recipe: a
   * stack bakes one image at a time.
   */
  private async cleanUp(): Promise<void> {
    await this.instances.terminateAll();
    const images = await this.session.images({ Tag: tagParameter({ builder: this.inputs.builderTag }) });
    const untested = images.filter((image) => tagOf(image, "tested") === undefined).map(({ ImageId }) => ImageId);
    for (const image of new Set([...(this.created === undefined ? [] : [this.created]), ...untested])) {
      await this.session.deleteImage(image);
    }
    this.created = undefined;
  }

  /**
   * The script with a URL for the archive that is valid for a quarter of an hour. So the instance needs no role, whose
   * permissions whatever the playbook installs would share.
   */
  private async withArchive(script: string): Promise<string> {
    return `archive='${signedUrl(this.inputs, await credentials(), 900)}'\n${script}`;
  }

  /** Creates the image from the stopped builder. */
  private async capture(builder: string): Promise<string> {
    const { builderTag, description, recipe, service, tags } = this.inputs;
    const { ImageId } = await this.session.request<{ ImageId: string }>("CreateImage", {
      InstanceId: builder,
      ImageFamily: service,
      Description: description.slice(0, 256),
      ClientToken: randomUUID(),
      // Another name each time: two stacks may bake one recipe at the same time.
      ImageName: `${service}-${recipe}-${randomUUID().slice(0, 8)}`,
      // The tags by which it is found are last, so that none of the user's replaces them.
      Tag: tagParameter({ ...tags, service, recipe, builder: builderTag }),
    });
    this.created = ImageId;
    await this.session.waitFor(`the image ${ImageId}`, async () => {
      const [image] = await this.session.images({ ImageId });
      if (image !== undefined && !/^(Creating|Waiting|Available)$/.test(image.Status)) {
        throw new Error(`the image ${ImageId} became ${image.Status}`);
      }
      return image?.Status === "Available" ? true : undefined;
    });
    return ImageId;
  }
}
