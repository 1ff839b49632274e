// What is said to whoever looks, and to whoever listens.

import { byId } from "./elements.js";

let toastTimer;

/** Says something for some seconds, with something that may be done about it. */
export function toast(text, action, act) {
  const [box, button] = [byId("toast"), byId("toast-button")];
  clearTimeout(toastTimer);
  box.hidden = false;
  byId("toast-text").textContent = text;
  button.hidden = !action;
  button.textContent = action ?? "";
  button.onclick = () => {
    box.hidden = true;
    act?.();
  };
  toastTimer = setTimeout(() => (box.hidden = true), action ? 12_000 : 6_000);
}

/** Says what went wrong. */
export const toastRefusal = (error) => toast(error.sentence ?? String(error.message));

/** Says something to readers of the screen only. */
export const announce = (text) => (byId("announcement").textContent = text);

/** Shows a notice above everything until it is taken away with null. */
export function notice(text, action, act) {
  const [box, button] = [byId("notice"), byId("notice-button")];
  box.hidden = text === null;
  if (text === null) return;
  if (byId("notice-text").textContent !== text) byId("notice-text").textContent = text;
  button.hidden = !action;
  button.textContent = action ?? "";
  button.onclick = act;
}

/** The dot in the header: `connecting`, `live` or `lost`. */
export function linkState(state) {
  const element = byId("link-state");
  element.dataset.state = state;
  element.textContent = { connecting: "Connecting…", live: "Live", lost: "Offline", locked: "Locked" }[state];
}
