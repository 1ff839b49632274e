// Which part of a picture is at which worker: a map over the picture where the work is cut into tiles or windows, a row
// of parts where it is cut otherwise.

import { make } from "./elements.js";
import { colourOf } from "./workers.js";

const mostCells = 400;
const mostLooksWithout = 3;

/** The map of one job. `show(work)` takes the job's tasks as `{worker, task, runs}`. */
export class TileMap {
  element = make("div", { class: "tiles", "aria-hidden": "true" });
  #cut = "";
  #cells = [];
  #looksWithout = 0;

  show(work) {
    const parts = work.filter(({ task }) => task.of > 1);
    // Of several kinds at a time the one that most have is shown.
    const cuts = new Map();
    for (const part of parts) cuts.set(cutOf(part.task), (cuts.get(cutOf(part.task)) ?? 0) + 1);
    const cut = [...cuts].sort((one, other) => other[1] - one[1])[0]?.[0];
    for (const cell of this.#cells) if (cell.dataset.state !== "idle") cell.dataset.state = "touched";
    // Between two rounds there is nothing for a moment; after that the work is over.
    this.#looksWithout = cut === undefined ? this.#looksWithout + 1 : 0;
    if (this.#looksWithout === mostLooksWithout) this.#begin("", { of: 0 });
    if (cut === undefined) return;
    // What runs is shown over what waits.
    const shown = parts.filter(({ task }) => cutOf(task) === cut).sort((one, other) => one.runs - other.runs);
    if (cut !== this.#cut) this.#begin(cut, shown[0].task);
    for (const { worker, task, runs } of shown) {
      const cell = this.#cells[task.index];
      if (!cell) continue;
      const { number, colour } = colourOf(worker);
      cell.dataset.state = runs ? "at-work" : "next";
      cell.style.setProperty("--worker", colour);
      cell.textContent = number;
    }
  }

  #begin(cut, { of, columns }) {
    this.#cut = cut;
    const count = of <= mostCells ? of : 0;
    this.element.className = columns === undefined ? "tiles is-row" : "tiles";
    this.element.hidden = count === 0;
    this.element.style.setProperty("--columns", columns ?? of);
    this.#cells = Array.from({ length: count }, () => make("span", { "data-state": "idle" }));
    this.element.replaceChildren(...this.#cells);
  }
}

const cutOf = ({ what, of, columns }) => `${what} ${of} ${columns}`;
