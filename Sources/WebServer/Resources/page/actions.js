// What may be done to a job.

import * as api from "./api.js";
import { mayChange } from "./access.js";
import { actionButton, make } from "./elements.js";
import { toast, toastRefusal } from "./notices.js";

const possible = {
  queued: ["pause", "cancel"], running: ["pause", "cancel"], paused: ["resume", "cancel"], failed: ["retry"],
  cancelled: ["retry"], finished: [],
};
const names = { pause: "Pause", resume: "Resume", cancel: "Cancel", retry: "Try again" };
let whenChanged = () => {};

/** Sets what is called with a job that somebody has done something to here. */
export const onChanged = (act) => (whenChanged = act);

async function act(id, what) {
  try {
    whenChanged(what === "cancel" ? await api.cancel(id) : await api.change(id, what));
    if (what === "cancel") toast(`Picture ${id} is cancelled.`, "Try again", () => act(id, "retry"));
  } catch (error) {
    toastRefusal(error);
  }
}

/** The buttons of a job. */
export function jobActions(id) {
  const element = make("div", { class: "actions" });
  const buttons = Object.fromEntries(
    Object.entries(names).map(([what, name]) => [
      what, actionButton(name, `${name}: picture ${id}`, () => act(id, what), what === "cancel" ? "quiet grave" : "quiet"),
    ]));
  element.append(...Object.values(buttons));
  return {
    element,
    update(job) {
      const shown = mayChange(job) ? possible[job.state] ?? [] : [];
      for (const [what, button] of Object.entries(buttons)) button.hidden = !shown.includes(what);
      element.hidden = shown.length === 0;
    },
  };
}
