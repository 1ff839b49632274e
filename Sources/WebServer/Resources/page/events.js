// Server-sent events over fetch(): EventSource cannot show a key.

const longestEvent = 16 << 20;

/** Takes text in pieces of any length and gives the events that are complete: `{name, data}`. */
export class EventParser {
  #rest = "";
  #name = "";
  #data = [];

  push(text) {
    const events = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    if (this.#rest.length > longestEvent) throw new Error("an event without an end");
    for (const line of lines) this.#line(line, events);
    return events;
  }

  #line(line, events) {
    if (line === "") {
      if (this.#data.length) events.push({ name: this.#name || "message", data: this.#data.join("\n") });
      this.#name = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    if (field === "data") this.#data.push(value);
  }
}

/**
 * Reads events until the stream ends.
 *
 * @param body the body of an answer.
 * @param heard called whenever anything came, comments too.
 * @param take called with each event.
 */
export async function readEvents(body, heard, take) {
  const parser = new EventParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    for (const event of parser.push(value)) take(event);
  }
}
