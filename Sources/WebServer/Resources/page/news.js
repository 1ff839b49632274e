// The one connection over which all news come. When it breaks it is made again, later every time.

import { ask, parse } from "./api.js";
import { readEvents } from "./events.js";

const firstDelay = 1000;
const longestDelay = 15_000;
// The server says something every 15 seconds.
const longestSilence = 40_000;

/**
 * Listens for ever.
 *
 * @param on `connected()`, `lost()` before each wait, and `news(name, value)`.
 * @returns `retry()`, which ends a wait, and `restart()`, which begins again, for example with another key.
 */
export function listen(on) {
  let delay = firstDelay;
  let endWait = () => {};
  let connection = new AbortController();
  let isRestarting = false;

  async function once() {
    connection = new AbortController();
    const { signal } = connection;
    let watch;
    const heard = () => {
      clearTimeout(watch);
      watch = setTimeout(() => connection.abort(), longestSilence);
    };
    heard();
    try {
      const response = await ask("/v1/events", { signal });
      delay = firstDelay;
      on.connected();
      await readEvents(response.body, heard, ({ name, data }) => on.news(name, parse(data)));
    } finally {
      clearTimeout(watch);
    }
  }

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  (async () => {
    for (;;) {
      let isRefused = false;
      try {
        await once();
      } catch (error) {
        isRefused = error.status === 401;
      }
      if (isRestarting) {
        isRestarting = false;
        continue;
      }
      // A key has to come first.
      const wait = isRefused ? 24 * 3600 * 1000 : delay * (0.75 + Math.random() / 2);
      if (!isRefused) on.lost();
      delay = Math.min(delay * 2, longestDelay);
      await pause(wait);
      isRestarting = false;
    }
  })();

  return {
    retry: () => endWait(),
    restart() {
      delay = firstDelay;
      isRestarting = true;
      connection.abort();
      endWait();
    },
  };
}
