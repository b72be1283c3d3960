import { anyString, field, integer, list, mapping, object, string } from "./fields";
import { nonEmpty } from "./instance-fields";
import { type CloudName, perCloud } from "./per-cloud";
import { union } from "./unions";
import { isMapping } from "./values";

/** A path below the project's folder, with `/`. */
const relativePath = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\s\\]+$/;

const build = object(
  {
    from: perCloud(
      (orPerCloud) =>
        string(
          "an image to start from: on container an operating system's image by digest, on vm a machine image's " +
            `id${orPerCloud}`,
          nonEmpty,
          {},
        ),
      { needed: (cloud) => `an image to start from on ${cloud}` },
      {
        description:
          "The image to start from: on `container`, a Debian image by digest (`name@sha256:…`); on `vm`, the id " +
          "of a Debian machine image with cloud-init.",
      },
    ),
    artifact: string("the path of the application's file, such as images/app/target/bookstore.war", relativePath, {
      description:
        "The application's file (in the example a WAR), which you build before, relative to the project's folder.",
    }),
    folder: string("a folder such as images", relativePath, {
      default: "images",
      description: "The folder of the recipe, relative to the project's folder.",
    }),
    arguments: mapping("names of arguments to strings", anyString(), {
      default: {},
      description:
        "Docker's build arguments on `container`, Ansible's variables on `vm`; " +
        "[images/README.md](../images/README.md) lists them.",
    }),
    repository: perCloud(
      (orPerCloud) =>
        string(
          `a repository such as registry.example.com/team/bookstore, without a tag${orPerCloud}`,
          /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
          {},
        ),
      {},
      {
        optional: "on AWS, a repository in ECR that the stack creates",
        description:
          "The repository to which the image is pushed. Only on `container`. Required on Alibaba Cloud: a " +
          "repository of a Container Registry Enterprise Edition instance.",
      },
    ),
    revision: string(
      "a revision of at most 64 letters, digits, dots, dashes and underscores, such as a commit's hash",
      /^[A-Za-z0-9._-]{1,64}$/,
      {
        optional: "none",
        description: "The source revision of the artifact: a label of the image, not part of its recipe.",
      },
    ),
    source: string("a URL such as https://git.example.com/bookstore", /^https?:\/\/\S+$/, {
      optional: "none",
      description: "The URL of the sources: a label of the image, not part of its recipe.",
    }),
    pullableBy: list(string("an AWS account's id of 12 digits, in quotes", /^\d{12}$/, {}), "account ids", [1, 50], {
      optional: "no other account",
      description:
        "Other AWS accounts that may pull the image from the repository that the stack creates, for stacks there that name it. " +
        "Only containers on AWS: machine images are encrypted with a key that no other account can use, and Container Registry " +
        "grants access to users and roles of its own account only.",
    }),
    keep: integer("days", 1, 3650, {
      optional: "no image is deleted",
      description:
        "Days for which an image stays after a release of a stack named it for the last time. After each release, the " +
        "service's older images are deleted, and never one with a tag `live-…`, which each stack sets on the images of its " +
        "releases. Only images that this program has baked count.",
    }),
  },
  {
    description: "Bakes the image in the stack, from the recipe in a folder.",
  },
);

const imageText =
  "The image of an instance: on `container`, a reference by digest (`registry/name@sha256:…`), never a tag, " +
  "which can move; on `vm`, a machine image's id.";

const imageReference = (orPerCloud: string) =>
  string(
    `an image: on container a reference by digest (registry/name@sha256:…), on vm a machine image's id${orPerCloud}`,
    nonEmpty,
    {},
  );
const needed = (cloud: CloudName) => `the image on ${cloud}`;

/** The image of the service: an existing one, or one that the stack bakes. */
export const image = field(
  union(
    {
      "an existing image": perCloud(imageReference, { needed }, {}),
      "an image that the stack bakes": object({ build }, {}),
    },
    (value) => (isMapping(value) && "build" in value ? "an image that the stack bakes" : "an existing image"),
  ),
  { description: `${imageText} Or \`{ build: … }\`, which bakes it in the stack.` },
);

/** The image of a further release. Only the service's own is baked in the stack: another release's exists already. */
export const existingImage = perCloud(imageReference, { needed }, { description: imageText });
