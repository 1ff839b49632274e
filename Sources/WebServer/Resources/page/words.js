// How things are said.

const kinds = {
  encode_text: "reading the prompt",
  predict_noise: "denoising",
  denoise: "denoising a stage",
  self_attend: "guiding",
  resize: "enlarging",
  attend: "attention of the autoencoder",
  autoencoder_part: "autoencoder",
  encode_tile: "encoding",
  decode_tile: "decoding",
};

/** A worker's task: "decoding tile 4 of 9". */
export function taskText({ what, index, of, columns }) {
  const kind = kinds[what] ?? what;
  if (index === undefined || of === 1) return kind;
  const unit = columns === undefined ? "part" : what === "predict_noise" ? "window" : "tile";
  return `${kind} ${unit} ${index + 1} of ${of}`;
}

/** "about 2 min" */
export function durationText(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

export const sizeText = ({ width, height }) => `${width} × ${height}`;

/** Whose a job is, where that is anybody's. */
export const ownerText = ({ owner }) => (owner === "anonymous" ? [] : [owner]);

export const percentText = (share) => `${Math.floor(share * 100)} %`;

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const dateText = (date) => (date ? dates.format(new Date(date)) : "");

export const countText = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;
