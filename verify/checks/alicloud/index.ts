import type { Subject } from "../../subject";
import type { Check } from "../../verdict";

/** The checks of a service on Alibaba Cloud, in the order of the table. */
export function checksOf(_subject: Subject, _url: string | undefined): Check[] {
  return [];
}
