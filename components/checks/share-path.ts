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
const parents = ["/", "/home", "/media", "/mnt", "/opt", "/var"];

/** Checks where the shared file system is mounted. */
export function checkSharePath({ files }: ValidFields): Problem[] {
  const path = files?.share?.path;
  if (path === undefined) return [];
  const at = "files.share.path";
  const folders = path.split("/").slice(1);
  if (folders.some((folder) => folder === "" || folder === "." || folder === ".."))
    return [
      {
        code: "invalid-format",
        path: at,
        message: `must have no empty folder, "." or "..", got ${show(path)}${ending(path)}`,
      },
    ];
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

/** The end of a message on a path with a slash too many at its end. */
function ending(path: string): string {
  const whole = path.replace(/\/+$/, "");
  return whole === path || whole.includes("//") || whole.split("/").some((part) => /^\.\.?$/.test(part))
    ? ""
    : `; give ${whole}`;
}
