// One picture, large, with all of its settings.

import { byId, make } from "./elements.js";
import { download, pictureAddress } from "./pictures.js";
import { toastRefusal } from "./notices.js";
import { dateText, ownerText, sizeText } from "./words.js";

const facts = [
  ["Size", sizeText], ["Seed", (job) => job.seed], ["Guidance", (job) => job.guidance_scale],
  ["Steps", (job) => job.steps], ["Later stages", (job) => job.resample_steps],
  ["Method", (job) => (job.method === "apldm" ? "AP-LDM" : job.method)], ["Sampler", (job) => job.sampler],
  ["Enlarges", (job) => job.start_picture && sizeText(job.start_picture)],
  ["Rescale", (job) => job.guidance_rescale || undefined], ["Leave out", (job) => job.negative_prompt],
  ["Owner", (job) => ownerText(job)[0]], ["Finished", (job) => dateText(job.ended_at)],
];

let shown = null;

/** Sets the dialog up. `again(job)` is called to render one again; `mayAsk()` tells whether that may be. */
export function begin(again, mayAsk) {
  const dialog = byId("picture-dialog");
  byId("picture-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => byId("picture-full").removeAttribute("src"));
  byId("picture-download").addEventListener("click", () => download(shown).catch(toastRefusal));
  byId("picture-again").addEventListener("click", () => {
    dialog.close();
    again(shown);
  });

  return async function open(job) {
    shown = job;
    byId("picture-again").hidden = !mayAsk();
    byId("picture-title").textContent = `Picture ${job.id}`;
    byId("picture-prompt").textContent = job.prompt;
    byId("picture-facts").replaceChildren(
      ...facts.map(([name, value]) => [name, value(job)]).filter(([, value]) => value !== undefined && value !== "")
        .flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: String(value) })]));
    const image = byId("picture-full");
    image.alt = job.prompt;
    image.width = job.width;
    image.height = job.height;
    dialog.showModal();
    byId("picture-close").focus();
    try {
      const address = await pictureAddress(job);
      if (shown === job) image.src = address;
    } catch (error) {
      toastRefusal(error);
    }
  };
}
