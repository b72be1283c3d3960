/** The plan's notes about the scheduled tasks of Alibaba Cloud, of which an account has a limited number. */
import assert from "node:assert/strict";
import { notes } from "../../components/clouds/alicloud/notes";
import { digest, resolved } from "../support/service";

const schedules = (count: number) =>
  Array.from({ length: count }, (_, hour) => ({ schedule: `0 ${hour} * * *`, min: 2, max: 5 }));

function taskNotes(spec: Parameters<typeof notes>[0]): string[] {
  return notes(spec).filter((note) => note.includes("scheduled tasks"));
}

describe("the notes about scheduled tasks on Alibaba Cloud", () => {
  it("count a task for each schedule of each release, and of the one that leaves", () => {
    assert.match(taskNotes(resolved({ scaling: schedules(3) })).join(), /^An update needs 6 of the 20 scheduled tasks/);
    const further = { version: "1.0.0", image: digest("b"), weight: 20 };
    assert.match(
      taskNotes(resolved({ scaling: schedules(3), releases: [further] })).join(),
      /^An update needs 9 of the 20 scheduled tasks/,
    );
  });

  it("say that an update with more tasks than an account has by default fails", () => {
    assert.match(taskNotes(resolved({ scaling: schedules(10) })).join(), /^An update needs 20 of the 20/);
    assert.match(
      taskNotes(resolved({ scaling: schedules(11) })).join(),
      /^An update needs 22 scheduled tasks of Auto Scaling, and an account has 20 by default: .*Quota Center/,
    );
  });

  it("are absent without schedules", () => {
    assert.deepEqual(taskNotes(resolved()), []);
  });
});
