// Who computes.

import * as api from "./api.js";
import { may } from "./access.js";
import { actionButton, byId, make, setText, showList } from "./elements.js";
import { toastRefusal } from "./notices.js";
import { countText, taskText } from "./words.js";

const colours = 8;
const mostShown = 60;
const numbers = new Map();

/** The number of a worker on this page, and its colour; the number stands wherever the colour does. */
export function colourOf(name) {
  if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
  const number = numbers.get(name);
  return { number: String(number), colour: `var(--worker-${((number - 1) % colours) + 1})` };
}

export function badge(name) {
  const { number, colour } = colourOf(name);
  const element = make("span", { class: "badge", text: number, "aria-hidden": "true" });
  element.style.setProperty("--worker", colour);
  return element;
}

const states = { available: "ready", drained: "drained", away: "away" };

function card({ name }) {
  const state = make("span", { class: "tag" });
  const work = make("p", { class: "work" });
  const done = make("p", { class: "hint" });
  let isDrained = false;
  const button = actionButton("Drain", `Drain ${name}`, async () => {
    try {
      update(await api.setDrained(name, !isDrained));
    } catch (error) {
      toastRefusal(error);
    }
  });
  const element = make(
    "li", { class: "panel worker" },
    make("div", { class: "worker-head" }, badge(name), make("h3", { text: name, title: name }), state), work,
    make("div", { class: "worker-foot" }, done, button));

  function update(worker) {
    isDrained = worker.state === "drained";
    const current = worker.current[0];
    setText(state, current && worker.state === "available" ? "working" : states[worker.state]);
    state.dataset.state = current && worker.state === "available" ? "working" : worker.state;
    const job = current?.job ? `Picture ${current.job}: ` : "";
    const text = current ? job + taskText(current) : "Nothing to do";
    const more = worker.tasks > 1 ? `, ${worker.tasks - 1} more` : "";
    setText(work, text.charAt(0).toUpperCase() + text.slice(1) + more);
    setText(done, `${countText(worker.completed_tasks, "task", "tasks")} done`);
    button.hidden = !may("admin");
    setText(button, isDrained ? "Undrain" : "Drain");
    button.setAttribute("aria-label", `${isDrained ? "Undrain" : "Drain"} ${name}`);
  }
  return { element, update };
}

/** Shows the workers. */
export function show(workers) {
  for (const { name } of workers) colourOf(name);
  const ready = workers.filter((worker) => worker.state === "available").length;
  setText(byId("workers-count"), workers.length > ready ? `${ready} of ${workers.length} ready` : "");
  const shown = workers.slice(0, mostShown);
  if (workers.length > shown.length) setText(byId("workers-count"), `the first ${mostShown} of ${workers.length}`);
  byId("workers-empty").hidden = workers.length > 0;
  showList(byId("workers"), shown, (worker) => worker.name, card, byId("workers-title"));
}

/** The tasks of all workers by job: `{worker, task, runs}`. */
export function workByJob(workers) {
  const work = new Map();
  for (const worker of workers) {
    worker.current.forEach((task, place) => {
      if (task.job === undefined) return;
      if (!work.has(task.job)) work.set(task.job, []);
      work.get(task.job).push({ worker: worker.name, task, runs: place === 0 });
    });
  }
  return work;
}
