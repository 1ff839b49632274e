// Who asks: the key of this tab, and what its holder may do.

import * as api from "./api.js";
import { byId } from "./elements.js";
import { notice, linkState } from "./notices.js";

const ranks = { read: 0, submit: 1, admin: 2 };
let caller = null;

/** Whether the holder of the key may do what a role may. */
export const may = (role) => caller !== null && ranks[caller.role] >= ranks[role];

/** Whether they may cancel, pause and resume a job. */
export const mayChange = (job) => may("admin") || (may("submit") && caller.name === job.owner);

/**
 * Finds out who asks, and asks for a key where one is needed.
 *
 * @param entered called when it is known.
 */
export function begin(entered) {
  const [dialog, form, input, error] = ["key-dialog", "key-form", "key", "key-error"].map(byId);

  function demand(text) {
    notice("A key is needed to see anything here.", "Enter key", () => demand());
    linkState("locked");
    error.hidden = !text;
    error.textContent = text ?? "";
    input.setAttribute("aria-invalid", String(Boolean(text)));
    if (text) input.setAttribute("aria-describedby", "key-error");
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  }

  async function enter(isTry) {
    try {
      caller = await api.caller();
    } catch (refusal) {
      if (refusal.status === 401) {
        const hadKey = api.hasKey();
        api.setKey(null);
        return demand(hadKey ? "This key is not known here. Look for a missing or an extra character." : undefined);
      }
      if (isTry) return demand(refusal.sentence);
      throw refusal;
    }
    dialog.close();
    notice(null);
    byId("caller").hidden = !caller.name;
    byId("caller-name").textContent = caller.name ? `${caller.name} · ${caller.role}` : "";
    byId("form").hidden = !may("submit");
    byId("read-only").hidden = may("submit");
    byId("owner-field").hidden = !may("admin") || !caller.name;
    entered();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (!key || !/^[\x21-\x7e]+$/.test(key)) return demand("A key is one word of letters, digits and signs.");
    api.setKey(key);
    enter(true);
  });
  byId("key-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => (input.value = ""));
  byId("forget-key").addEventListener("click", () => {
    api.setKey(null);
    location.reload();
  });
  api.onUnauthorized(() => {
    // The key was taken back, or the server asks for one since it was started again.
    if (caller === null) return;
    caller = null;
    api.setKey(null);
    demand("This server asks for a key now, or for another one than before.");
  });
  return { enter: () => enter(false) };
}
