/** What names a baked image: what changes the name, and what does not. And what is wrong with a build. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildTarget, checkRecipeFiles, readBuild, recipePaths, versionsOf } from "../../components/baking/build";
import { type BuildConfig, serviceSchema } from "../../components/stack-file/schema";
import { imageName } from "../../components/id";
import { resolved, service } from "../support/service";

const from = `debian@sha256:${"d".repeat(64)}`;

describe("an image that the stack bakes", () => {
  let root: string;
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const written = (change: Partial<BuildConfig> = {}): BuildConfig => ({
    from,
    artifact: "build/app.war",
    folder: "images",
    arguments: { MAVEN: "https://maven.example.com" },
    keep: 10,
    ...change,
  });
  const tagsOf = (
    change: Partial<BuildConfig> = {},
    { compute = "container", architecture = "x86_64", registry }: Partial<BuildTarget> = {},
  ) => {
    const { tag, baseTag } = readBuild(written(change), { compute, architecture, registry }, root);
    return { tag, baseTag };
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "image-build-"));
    for (const path of [
      "container/base/Dockerfile",
      "container/base/conf/server.xml",
      "container/base/bin/start",
      "container/app/Dockerfile",
      "ansible/site.yml",
      "ansible/test.sh",
      "README.md",
    ])
      write(`images/${path}`, `${path}\n`);
    write("images/versions.json", '{ "tomcat_version": "11" }\n');
    write("build/app.war", "the application");
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Which of three tags a change makes another one: the container's base, the container, the machine image. */
  const changes: Record<
    string,
    {
      readonly of: ("base" | "app" | "vm")[];
      readonly change?: Partial<BuildConfig>;
      readonly more?: Partial<BuildTarget>;
      readonly files?: () => void;
    }
  > = {
    "what it starts from": { of: ["base", "app", "vm"], change: { from: `debian@sha256:${"e".repeat(64)}` } },
    "an argument": { of: ["base", "app", "vm"], change: { arguments: { MAVEN: "https://mirror.example.com" } } },
    "one more argument": { of: ["base", "app", "vm"], change: { arguments: { ...written().arguments, MORE: "" } } },
    "the architecture": { of: ["base", "app", "vm"], more: { architecture: "arm64" } },
    "the artifact": {
      of: ["app", "vm"],
      files: () => {
        write("build/app.war", "another application");
      },
    },
    "a file of the container's base": {
      of: ["base", "app"],
      files: () => {
        write("images/container/base/Dockerfile", "FROM other");
      },
    },
    "the configuration that both have": {
      of: ["base", "app", "vm"],
      files: () => {
        write("images/container/base/conf/server.xml", "<Server/>");
      },
    },
    "a file of the container's app": {
      of: ["app"],
      files: () => {
        write("images/container/app/Dockerfile", "FROM other");
      },
    },
    "a file of the machine's": {
      of: ["vm"],
      files: () => {
        write("images/ansible/roles/base/tasks.yml", "[]");
      },
    },
    "the versions": {
      of: ["base", "app", "vm"],
      files: () => {
        write("images/versions.json", '{ "tomcat_version": "12" }');
      },
    },
    "the revision": { of: [], change: { revision: "0123abc" } },
    "where the sources are": { of: [], change: { source: "https://git.example.com/bookstore" } },
    "how many are kept": { of: [], change: { keep: 3 } },
    "the repository": {
      of: [],
      change: { repository: "registry.example.com/bookstore" },
      more: { registry: "cri-0123456789abcdef" },
    },
    "a file that no image has": {
      of: [],
      files: () => {
        write("images/README.md", "other words");
      },
    },
    "where the artifact lies": {
      of: [],
      change: { artifact: "elsewhere/it.war" },
      files: () => {
        write("elsewhere/it.war", "the application");
      },
    },
    "where the folder lies": {
      of: [],
      change: { folder: "other" },
      files: () => {
        cpSync(join(root, "images"), join(root, "other"), { recursive: true });
      },
    },
    "line endings": {
      of: [],
      files: () => {
        write("images/versions.json", '{ "tomcat_version": "11" }\r\n');
        write("images/container/app/Dockerfile", "container/app/Dockerfile\r\n");
      },
    },
  };
  for (const [what, { of, change, more = {}, files }] of Object.entries(changes)) {
    it(`${of.length === 0 ? "keeps its tags" : `has another tag for ${of.join(", ")}`} after a change of ${what}`, () => {
      const all = (own: Partial<BuildConfig> = {}, where: Partial<BuildTarget> = {}) => ({
        base: tagsOf(own, where).baseTag,
        app: tagsOf(own, where).tag,
        vm: tagsOf(own, { ...where, compute: "vm" as const }).tag,
      });
      const before = all();
      files?.();
      const after = all(change, more);
      assert.deepEqual(
        (["base", "app", "vm"] as const).filter((part) => after[part] !== before[part]),
        of,
      );
    });
  }

  it("has 16 hexadecimal digits for a tag, and on vm one tag alone", () => {
    const { tag, baseTag } = tagsOf({}, { compute: "vm" });
    assert.match(tag, /^[0-9a-f]{16}$/);
    assert.equal(baseTag, tag);
  });

  it("has the same tag for the paths of every system", () => {
    assert.deepEqual(tagsOf({ folder: "./images/" }), tagsOf());
  });

  it("names the versions that it pins as Docker's build arguments", () => {
    assert.deepEqual(versionsOf("images", root), { TOMCAT_VERSION: "11" });
  });

  describe("is refused", () => {
    const problems = (change: Partial<BuildConfig>, compute?: "container" | "vm") =>
      checkRecipeFiles({ image: { build: written(change) }, ...(compute && { compute }) }, root);

    it("by nothing when all of it is there", () => {
      assert.deepEqual([...problems({}, "container"), ...problems({}, "vm")], []);
    });

    it("while the artifact is not built, with how to build it", () => {
      assert.deepEqual(
        problems({ artifact: "build/none.war" }).map(({ path }) => path),
        ["image.build.artifact"],
      );
      assert.match(
        problems({ artifact: "build/none.war" })[0]?.message ?? "",
        /does not exist: build build\/none\.war first/,
      );
      assert.deepEqual(
        problems({ artifact: "build" }).map(({ path }) => path),
        ["image.build.artifact"],
      );
    });

    for (const compute of ["container", "vm"] as const) {
      for (const part of compute === "vm" ? recipePaths.vm : [...recipePaths.base, ...recipePaths.app]) {
        it(`without ${part} in its folder (${compute})`, () => {
          rmSync(join(root, "images", part), { recursive: true });
          const [problem, ...more] = problems({}, compute);
          assert.deepEqual(more, []);
          assert.equal(problem?.path, "image.build.folder");
          assert.match(problem.message, new RegExp(`images lacks .*${part}`));
        });
      }
    }

    it("all at once, and without a compute for what does not depend on it", () => {
      assert.deepEqual(
        problems({ folder: "none", artifact: "none" }, "vm").map(({ path }) => path),
        ["image.build.folder", "image.build.artifact"],
      );
      assert.deepEqual(
        problems({ folder: "none", artifact: "none" }).map(({ path }) => path),
        ["image.build.artifact"],
      );
    });

    for (const [what, path] of Object.entries({
      "a path of Windows": "build\\app.war",
      "a path outside of the project": "../app.war",
      "one that leaves it half-way": "build/../../app.war",
      "an absolute path": "/srv/app.war",
      "a path with a space": "build/the app.war",
    })) {
      it(`for ${what}`, () => {
        for (const field of ["artifact", "folder"]) {
          const { error } = serviceSchema.safeParse(
            service({ image: { build: { from, artifact: "build/app.war", [field]: path } } }),
          );
          assert.deepEqual(
            error?.issues.map((issue) => issue.path.join(".")),
            [`image.build.${field}`],
          );
        }
      });
    }
  });

  it("is named by its recipe in the release that runs it", () => {
    // Any file can be an artifact; this one is there in every checkout.
    const build = { from, artifact: "images/app/pom.xml" };
    const spec = resolved({ image: { build } });
    assert.deepEqual(spec.releases[0].shape.image, { recipe: spec.build?.tag });
    assert.equal(imageName(spec.releases[0].shape.image), `recipe:${spec.build?.tag ?? ""}`);
    assert.equal(
      resolved({ image: { build: { ...build, revision: "abc", keep: 3 } } }).releases[0].id,
      spec.releases[0].id,
    );
    assert.notEqual(
      resolved({ image: { build: { ...build, arguments: { A: "1" } } } }).releases[0].id,
      spec.releases[0].id,
    );
    assert.equal(resolved().build, undefined);
  });

  it("makes another release of another repository, whose images have other references", () => {
    const inRepository = (repository?: string) =>
      resolved({ image: { build: { from, artifact: "images/app/pom.xml", ...(repository && { repository }) } } })
        .releases[0];
    const [one, other] = [inRepository("registry.example.com/one"), inRepository("registry.example.com/two")];
    assert.equal(new Set([inRepository().id, one.id, other.id]).size, 3);
    assert.equal(inRepository("registry.example.com/one").id, one.id);
    assert.match(imageName(one.shape.image), /^recipe:[0-9a-f]+ in registry\.example\.com\/one$/);
  });
});
