// The form: what is to be rendered, and what the server says is wrong with it.

import * as api from "./api.js";
import { byId, make } from "./elements.js";
import { announce } from "./notices.js";
import { sizeText } from "./words.js";

const presets = [[512, 512], [1024, 1024], [1536, 1024], [1024, 1536], [2048, 2048]];
const numbers = ["width", "height", "guidance_scale", "steps", "resample_steps", "guidance_rescale", "priority"];
const texts = ["negative_prompt", "method", "sampler", "owner"];

const field = (name) => byId("form").elements.namedItem(name);

/** The picture that is to be enlarged, as a job tells it; null to draw a new one. */
let start = null;

/** Sets the form up. `submitted(job)` is called with what was taken in. */
export function begin(submitted) {
  const form = byId("form");
  byId("sizes").append(...presets.map(preset));
  for (const name of ["width", "height"]) field(name).addEventListener("input", markPreset);
  for (const area of form.querySelectorAll("textarea")) {
    area.addEventListener("input", () => fit(area));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }
  form.addEventListener("input", (event) => clear(event.target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(submitted);
  });
  byId("start-drop").addEventListener("click", () => {
    startFrom(null);
    field("prompt").focus();
  });
  markPreset();
}

function startFrom(picture) {
  start = picture;
  byId("start").hidden = !start;
  byId("start-text").textContent = start ? `Enlarges a picture of ${sizeText(start)}.` : "";
}

/** Fills the form with a job's settings, so that it can be rendered again, or with other ones. */
export function fill(job) {
  clearAll();
  for (const name of ["prompt", "seed", ...numbers, ...texts]) {
    if (name !== "owner" && name !== "priority") field(name).value = job[name] ?? "";
  }
  startFrom(job.start_picture ?? null);
  byId("advanced").open =
    job.steps !== 50 || job.method !== "apldm" || job.sampler !== "euler" || job.resample_steps !== undefined
    || job.guidance_rescale !== 0;
  markPreset();
  for (const area of byId("form").querySelectorAll("textarea")) fit(area);
  field("prompt").focus();
  byId("order").scrollIntoView({ block: "start" });
  announce(`The form has the settings of picture ${job.id}.`);
}

function preset([width, height]) {
  const shape = make("span", { class: "shape", "aria-hidden": "true" });
  // Larger sizes look larger, but not as much as they are.
  const scale = 18 / Math.sqrt(2048 * Math.max(width, height));
  shape.style.width = `${Math.round(width * scale)}px`;
  shape.style.height = `${Math.round(height * scale)}px`;
  const radio = make("input", {
    type: "radio", name: "preset", value: `${width}x${height}`,
    change: () => {
      field("width").value = width;
      field("height").value = height;
      clear(field("width"));
      clear(field("height"));
    },
  });
  return make("label", { class: "choice" }, radio, shape, make("span", { text: `${width} × ${height}` }));
}

function markPreset() {
  const size = `${field("width").value}x${field("height").value}`;
  for (const radio of byId("sizes").querySelectorAll("input")) radio.checked = radio.value === size;
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`;
}

// What is sent.

/** The fields as JSON. A seed has up to 64 bits, more than numbers here do, so its digits are put in as they are. */
function body() {
  const values = { prompt: field("prompt").value };
  for (const name of numbers) {
    const input = field(name);
    if (input.validity.badInput) throw new api.Refusal(400, { field: name, message: "it is no number" });
    if (input.value !== "") values[name] = Number(input.value);
  }
  for (const name of texts) if (field(name).value.trim() !== "") values[name] = field(name).value;
  if (!values.prompt.trim()) throw new api.Refusal(400, { field: "prompt", message: "say what to draw" });
  if (start) values.start_picture = start.digest;
  const seed = field("seed").value.trim();
  const text = JSON.stringify(values);
  if (seed === "") return text;
  if (!/^\d{1,20}$/.test(seed)) {
    throw new api.Refusal(400, { field: "seed", message: "a seed is a whole number", remedy: "leave it empty for any" });
  }
  return `${text.slice(0, -1)},"seed":${BigInt(seed)}}`;
}

async function send(submitted) {
  const button = byId("submit");
  if (button.getAttribute("aria-busy") === "true") return;
  clearAll();
  button.setAttribute("aria-busy", "true");
  try {
    const job = await api.submit(body());
    announce(`Picture ${job.id} is in the queue.`);
    byId("form-note").textContent = `Picture ${job.id} is in the queue.`;
    byId("form-note").hidden = false;
    submitted(job);
  } catch (error) {
    refuse(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// What is wrong.

function refuse(error) {
  if (!(error instanceof api.Refusal)) throw error;
  if (error.status === 401) return;
  const input = error.field && texts.concat(numbers, "prompt", "seed").includes(error.field) ? field(error.field) : null;
  if (!input) {
    const box = byId("form-error");
    box.textContent = (error.field ? `${error.field}: ` : "") + error.sentence;
    box.hidden = false;
    return;
  }
  const id = `${input.id}-error`;
  const place = input.closest(".pair")?.parentElement.matches("fieldset") ? input.closest("fieldset") : input.parentElement;
  place.append(make("p", { class: "error", id, role: "alert", text: error.sentence }));
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", id);
  const folded = input.closest("details");
  if (folded) folded.open = true;
  input.focus();
}

function clear(input) {
  if (input.getAttribute?.("aria-invalid") !== "true") return;
  byId(`${input.id}-error`)?.remove();
  input.removeAttribute("aria-invalid");
  input.removeAttribute("aria-describedby");
}

function clearAll() {
  for (const input of byId("form").querySelectorAll("[aria-invalid]")) clear(input);
  byId("form-error").hidden = true;
  byId("form-note").hidden = true;
}
