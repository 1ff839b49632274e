// Jobs that are rendered, wait, or ended without a picture.

import * as api from "./api.js";
import { jobActions } from "./actions.js";
import { byId, make, setText, showList } from "./elements.js";
import { runningCard } from "./running.js";
import { countText, ownerText, sizeText } from "./words.js";

const mostRunning = 20;
const mostWaiting = 30;
const mostEnded = 10;

let cards = new Map();

function row({ id, prompt }) {
  const tag = make("span", { class: "tag" });
  const facts = make("p", { class: "hint" });
  const reason = make("p", { class: "reason", hidden: true });
  const actions = jobActions(id);
  const element = make(
    "li", { class: "job", "data-job": id },
    make("div", { class: "job-text" }, make("p", { class: "prompt", text: prompt, title: prompt }), facts, reason), tag,
    actions.element);
  return {
    element,
    update(job) {
      setText(facts, [`#${id}`, sizeText(job), ...ownerText(job)].join(" · "));
      setText(tag, job.state === "queued" ? "waiting" : job.state);
      tag.dataset.state = job.state;
      reason.hidden = !job.error;
      setText(reason, job.error ?? "");
      actions.update(job);
    },
  };
}

/** Asks for the lists and shows them. */
export async function refresh() {
  const list = (state, limit) => api.jobs({ state, limit });
  const [running, queued, paused, failed, cancelled] = await Promise.all([
    list("running", mostRunning), list("queued", mostWaiting), list("paused", mostWaiting), list("failed", mostEnded),
    list("cancelled", mostEnded),
  ]);
  const { counts } = running;
  const title = byId("queue-title");

  const atWork = running.jobs.reverse();
  showList(byId("running"), atWork, (job) => job.id, (job) => {
    const card = runningCard(job);
    cards.set(job.id, card);
    return { ...card, remove: () => cards.delete(job.id) };
  }, title);

  // The first that was asked for stands first; its turn is about next.
  const waiting = [...queued.jobs.reverse(), ...paused.jobs.reverse()];
  showList(byId("waiting"), waiting, (job) => job.id, row, title);
  const hidden = counts.running + counts.queued + counts.paused - atWork.length - waiting.length;
  byId("queue-more").hidden = hidden <= 0;
  setText(byId("queue-more"), `${countText(hidden, "earlier job waits", "earlier jobs wait")} beside these.`);
  byId("queue-empty").hidden = atWork.length + waiting.length > 0;
  const said = [["running", "running"], ["queued", "waiting"], ["paused", "paused"]]
    .filter(([state]) => counts[state] > 0).map(([state, word]) => `${counts[state].toLocaleString()} ${word}`);
  setText(byId("queue-counts"), said.join(" · "));

  const ended = [...failed.jobs, ...cancelled.jobs].sort((one, other) => other.id - one.id).slice(0, mostEnded);
  showList(byId("ended"), ended, (job) => job.id, row, byId("ended-title"));
  byId("ended-box").hidden = ended.length === 0;
  setText(
    byId("ended-title"), `${countText(counts.failed + counts.cancelled, "job", "jobs")} ended without a picture`);
  return { isBusy: counts.running > 0, counts };
}

/** So much of a job is done. */
export const progressed = (id, share) => cards.get(id)?.progress(share);

/** What a job looks like so far. */
export const previewed = (id, png) => cards.get(id)?.preview(png);

/** Who is at what, by job. */
export function showWork(work) {
  for (const [id, card] of cards) card.work(work.get(id) ?? []);
}
