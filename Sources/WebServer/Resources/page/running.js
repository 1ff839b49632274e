// A job that is being rendered: what it looks like so far, how far it is, and who is at which part of it.

import { make, setText } from "./elements.js";
import { announce } from "./notices.js";
import { jobActions } from "./actions.js";
import { Forecast } from "./progress.js";
import { TileMap } from "./tiles.js";
import { badge } from "./workers.js";
import { durationText, ownerText, percentText, sizeText, taskText } from "./words.js";

const mostWorkers = 8;

export function runningCard({ id, prompt, width, height }) {
  const forecast = new Forecast();
  const map = new TileMap();
  const image = make("img", { alt: `Picture ${id} so far`, hidden: true });
  const frame = make("div", { class: "frame" }, image, map.element);
  frame.style.setProperty("--ratio", String(width / height));
  const fill = make("span");
  const bar = make("div", {
    class: "meter", role: "progressbar", "aria-label": `Picture ${id}`, "aria-valuemin": "0", "aria-valuemax": "100",
  }, fill);
  const percent = make("span", { class: "percent" });
  const left = make("span", { class: "hint" });
  const facts = make("p", { class: "hint" });
  const team = make("ul", { class: "team" });
  const actions = jobActions(id);
  const element = make(
    "li", { class: "panel job is-running", "data-job": id }, frame,
    make(
      "div", { class: "job-text" }, make("p", { class: "prompt", text: prompt, title: prompt }), facts,
      make("div", { class: "meter-row" }, bar, percent, left), team, actions.element));
  let announced = 0;

  function progress(share) {
    forecast.note(share);
    fill.style.transform = `scaleX(${share})`;
    bar.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
    setText(percent, percentText(share));
    const seconds = forecast.secondsLeft();
    const guess = seconds === null ? "" : `about ${durationText(seconds)} left`;
    setText(left, share > 0.995 ? "nearly done" : guess);
    const quarter = Math.floor(share * 4);
    if (quarter > announced && quarter < 4) announce(`Picture ${id} is ${quarter * 25} percent done.`);
    announced = Math.max(announced, quarter);
  }

  return {
    element,
    update(job) {
      setText(facts, [`#${id}`, sizeText(job), `seed ${job.seed}`, ...ownerText(job)].join(" · "));
      actions.update(job);
      progress(job.progress);
    },
    progress,
    preview(png) {
      image.src = `data:image/png;base64,${png}`;
      image.hidden = false;
    },
    work(work) {
      map.show(work);
      const atWork = work.filter(({ runs }) => runs);
      team.replaceChildren(
        ...atWork.slice(0, mostWorkers).map(({ worker, task }) =>
          make("li", {}, badge(worker), make("span", { text: `${worker} · ${taskText(task)}` }))),
        ...(atWork.length > mostWorkers ? [make("li", { text: `and ${atWork.length - mostWorkers} more` })] : []));
    },
  };
}
