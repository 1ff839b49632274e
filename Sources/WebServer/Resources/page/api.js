// Asks the server, with the key of this tab where there is one.

const storage = "apldm-key";
let key = sessionStorage.getItem(storage);

/** What the server says is wrong, or that it says nothing. */
export class Refusal extends Error {
  constructor(status, { message, code, field, remedy } = {}) {
    super(message ?? "the server does not answer");
    Object.assign(this, { status, code, field, remedy });
  }

  /** All of it as one sentence. */
  get sentence() {
    const text = this.message + (this.remedy ? `; ${this.remedy}` : "");
    return text.charAt(0).toUpperCase() + text.slice(1) + ".";
  }
}

export const hasKey = () => key !== null;

/** Keeps a key until this tab is closed; null forgets it. */
export function setKey(value) {
  key = value;
  if (value === null) sessionStorage.removeItem(storage);
  else sessionStorage.setItem(storage, value);
}

let whenUnauthorized = () => {};
/** Sets what is called when the server wants a key, or another one. */
export const onUnauthorized = (act) => (whenUnauthorized = act);

/** Seeds have up to 64 bits, of which numbers here keep 53: long ones become texts. No text within JSON looks like it. */
export const parse = (text) => JSON.parse(text.replace(/"seed":(\d{16,})/g, '"seed":"$1"'));

/** An answer of the server; throws a Refusal for every other. */
export async function ask(path, { method = "GET", body, signal } = {}) {
  const headers = {};
  if (key !== null) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body, signal, credentials: "omit" });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0);
  }
  if (response.ok) return response;
  let detail = { message: `the server answers ${response.status}` };
  try {
    detail = (await response.json()).error ?? detail;
  } catch {
    // A proxy before the server may answer anything.
  }
  if (response.status === 401) whenUnauthorized();
  throw new Refusal(response.status, detail);
}

const json = async (path, options) => parse(await (await ask(path, options)).text());

export const caller = () => json("/v1/caller");
export const workers = () => json("/v1/workers");
export const jobs = (parameters) => json("/v1/jobs?" + new URLSearchParams(parameters));
export const submit = (body) => json("/v1/jobs", { method: "POST", body });
export const cancel = (id) => json(`/v1/jobs/${id}`, { method: "DELETE" });
/** What: `pause`, `resume` or `retry`. */
export const change = (id, what) => json(`/v1/jobs/${id}/${what}`, { method: "POST" });
export const setDrained = (name, isDrained) =>
  json(`/v1/workers/${encodeURIComponent(name)}/${isDrained ? "drain" : "undrain"}`, { method: "POST" });
/** Which: `picture`, or `thumbnail` for a small one. */
export const picture = async (id, which, signal) => (await ask(`/v1/jobs/${id}/${which}`, { signal })).blob();
