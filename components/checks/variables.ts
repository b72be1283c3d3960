import { reservedVariables } from "../clouds/app-environment";
import { type Problem } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const reserved = new RegExp(`^(${reservedVariables.join("|").replaceAll("*", ".*")})$`);

type Variables = Pick<ValidFields, "environment" | "secrets">;

/** Checks the names of the variables that are `own`; a further release without any has those that are `inherited`. */
export function checkVariables(own: Variables, prefix: string, inherited: Variables): Problem[] {
  const { environment = inherited.environment ?? {}, secrets = inherited.secrets ?? {} } = own;
  // A name in both is reported once: at the secret, unless only the environment is the release's own.
  const twice = own.secrets
    ? { field: "secrets", other: "environment", names: environment }
    : { field: "environment", other: "secrets", names: secrets };
  return (["environment", "secrets"] as const).flatMap((field) =>
    Object.keys(own[field] ?? {}).flatMap((name): Problem[] => {
      const path = `${prefix}${field}.${name}`;
      if (!variableName.test(name))
        return [
          {
            code: "invalid-variable-name",
            path,
            message:
              "is not a valid environment variable name: use letters, digits and underscores, and no digit first",
          },
        ];
      if (reserved.test(name))
        return [
          {
            code: "reserved-variable",
            path,
            message:
              name === "PORT"
                ? "is reserved: the app receives it from the field port; leave it out, and give port"
                : `is reserved: use a name other than ${reservedVariables.join(", ")}`,
          },
        ];
      if (field === "environment" && own.environment?.[name] === "")
        return [
          {
            code: "invalid-format",
            path,
            message: "must not be empty: leave it out, because not every cloud passes an empty variable on to the app",
          },
        ];
      if (
        field === "environment" &&
        typeof own.environment?.[name] === "string" &&
        own.environment[name].includes("\0")
      )
        return [
          { code: "invalid-format", path, message: "must not have a NUL character, which no environment variable can" },
        ];
      if (field === twice.field && Object.hasOwn(twice.names, name))
        return [{ code: "repeated-variable", path, message: `is also in ${twice.other}; give it in one place` }];
      return [];
    }),
  );
}
