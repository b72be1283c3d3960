import { type Problem, problemIf, show } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

/** Folders in which a system or the app's own files are: what is mounted there, or on a folder above, hides them. */
const taken = [
  ...[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
  ],
  ...["/var/cache", "/var/lib", "/var/log", "/var/run", "/var/tmp", "/opt/immutable-service"],
];

/** Folders that others have folders in: a share can be mounted in them, but not on them. */
const parents = ["/home", "/media", "/mnt", "/opt", "/var"];

/** Checks where the shared file system is mounted. */
export function checkSharePath({ files }: ValidFields): Problem[] {
  const path = files?.share?.path;
  if (path === undefined) return [];
  const at = "files.share.path";
  const plain = plainPath(path);
  if (plain !== path) {
    const instead = plain === undefined ? "" : `; give ${plain}`;
    const message = `must have no empty folder, "." or "..", got ${show(path)}${instead}`;
    return [{ code: "invalid-format", path: at, message }];
  }
  const hidden =
    [...parents, ...taken].find((folder) => folder === path) ?? taken.find((one) => path.startsWith(`${one}/`));
  return problemIf(
    hidden !== undefined,
    "path-in-use",
    at,
    `must not hide files of the system or of the app (${hidden ?? ""}): use a folder of its own such as /files or /srv/files, ` +
      `got ${show(path)}`,
  );
}

/** A path without slashes at its end; undefined where another folder of it has no name, or is "." or "..". */
function plainPath(path: string): string | undefined {
  const plain = path.replace(/\/+$/, "");
  const [, ...folders] = plain.split("/");
  return folders.length === 0 || folders.some((folder) => ["", ".", ".."].includes(folder)) ? undefined : plain;
}
