// Finished pictures, a page at a time, the latest first.

import * as api from "./api.js";
import { may } from "./access.js";
import { actionButton, byId, make, setText, showList } from "./elements.js";
import { toastRefusal } from "./notices.js";
import { download, showWhenSeen } from "./pictures.js";
import { countText, sizeText } from "./words.js";

const pageSize = 12;
/** Where the pages before this one began: `before` of each; the first page has none. */
let trail = [undefined];
let last = undefined;
let handlers;

/** Sets the gallery up. `open(job)` shows one large, `again(job)` renders it again. */
export function begin({ open, again }) {
  handlers = { open, again };
  byId("newer").addEventListener("click", () => turn(() => trail.length > 1 && trail.pop()));
  byId("older").addEventListener("click", () => turn(() => last !== undefined && trail.push(last)));
}

async function turn(move) {
  move();
  try {
    await refresh();
    byId("gallery-title").focus();
    byId("gallery-title").scrollIntoView({ block: "start" });
  } catch (error) {
    toastRefusal(error);
  }
}

function card(job) {
  const image = make("img", { alt: job.prompt.slice(0, 300), width: String(job.width), height: String(job.height) });
  const open = make("button", { type: "button", class: "thumb", "aria-label": `Show picture ${job.id}: ${job.prompt.slice(0, 100)}`,
    click: () => handlers.open(job) }, image);
  const stop = showWhenSeen(image, job, (error) => {
    image.remove();
    open.append(make("span", { class: "hint", text: error.status === 410 ? "The file is gone." : "It cannot be shown." }));
  });
  const again = actionButton("Render again", `Render picture ${job.id} again`, () => handlers.again(job));
  const save = actionButton("Download", `Download picture ${job.id}`, () => download(job).catch(toastRefusal));
  const element = make(
    "li", { class: "panel picture", "data-job": job.id }, open,
    make(
      "div", { class: "picture-text" }, make("p", { class: "prompt", text: job.prompt, title: job.prompt }),
      make("p", { class: "hint", text: `#${job.id} · ${sizeText(job)} · seed ${job.seed}` }),
      make("div", { class: "actions" }, again, save)));
  return { element, update: () => (again.hidden = !may("submit")), remove: stop };
}

/** Asks for the page that is shown, and shows it. */
export async function refresh() {
  const before = trail.at(-1);
  const page = await api.jobs({ state: "finished", limit: pageSize + 1, ...(before === undefined ? {} : { before }) });
  if (before !== trail.at(-1)) return;
  const jobs = page.jobs.slice(0, pageSize);
  const hasMore = page.jobs.length > pageSize;
  last = hasMore ? jobs.at(-1).id : undefined;
  showList(byId("gallery"), jobs, (job) => job.id, card, byId("gallery-title"));
  byId("gallery-empty").hidden = jobs.length > 0;
  setText(byId("gallery-count"), page.counts.finished ? countText(page.counts.finished, "picture", "pictures") : "");
  byId("pager").hidden = trail.length === 1 && !hasMore;
  setPossible(byId("newer"), trail.length > 1);
  setPossible(byId("older"), hasMore);
  setText(byId("page-range"), `Page ${trail.length}`);
}

/** Not disabled: that would take the focus away. */
function setPossible(button, isPossible) {
  button.setAttribute("aria-disabled", String(!isPossible));
}
