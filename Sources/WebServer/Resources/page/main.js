// Puts the parts of the page together: news come in over one connection, lists are asked for when news say that they
// have changed.

import * as access from "./access.js";
import { onChanged } from "./actions.js";
import * as api from "./api.js";
import * as form from "./form.js";
import * as gallery from "./gallery.js";
import { announce, linkState, notice, toastRefusal } from "./notices.js";
import { listen } from "./news.js";
import * as queue from "./queue.js";
import * as viewer from "./viewer.js";
import * as workers from "./workers.js";

const settle = 200;
const leastPause = 800;
const quickLook = 1000;
const slowLook = 5000;

let isBusy = false;
let connection = null;

/** Calls something soon, and not again before it is done and some time has passed, however often it is asked for. */
function soon(act) {
  let timer = null;
  let isWanted = false;
  async function run() {
    isWanted = false;
    try {
      await act();
    } catch (error) {
      // The connection of the news tells when the server is gone.
      if (error.status && error.status !== 401) toastRefusal(error);
    }
    timer = setTimeout(() => {
      timer = null;
      if (isWanted) run();
    }, leastPause);
  }
  return () => {
    isWanted = true;
    timer ??= setTimeout(run, settle);
  };
}

const refreshQueue = soon(async () => {
  const wasBusy = isBusy;
  ({ isBusy } = await queue.refresh());
  if (isBusy && !wasBusy) look();
  for (const [id, png] of previews) queue.previewed(id, png);
});
const refreshGallery = soon(gallery.refresh);

/** The last preview of each running job: it may come before the job is shown. */
const previews = new Map();

const take = {
  job(job) {
    if (job.state !== "running") previews.delete(job.id);
    refreshQueue();
    if (job.state === "finished") {
      refreshGallery();
      announce(`Picture ${job.id} is finished.`);
    }
    if (job.state === "failed") announce(`Picture ${job.id} failed.`);
  },
  progress: ({ id, progress }) => queue.progressed(id, progress),
  preview({ id, png }) {
    previews.set(id, png);
    queue.previewed(id, png);
  },
};

let looking = null;
let nextLook;

/** Asks who does what, and again after a while: often while something is rendered, not at all while nobody looks. */
function look() {
  clearTimeout(nextLook);
  looking ??= (async () => {
    try {
      if (document.hidden) return;
      const page = await api.workers();
      workers.show(page.workers);
      queue.showWork(workers.workByJob(page.workers));
    } catch {
      // The connection of the news tells when the server is gone.
    } finally {
      looking = null;
      nextLook = setTimeout(look, isBusy ? quickLook : slowLook);
    }
  })();
}

function refreshAll() {
  refreshQueue();
  refreshGallery();
  look();
}

const door = access.begin(function entered() {
  linkState("connecting");
  if (connection) return connection.restart();
  connection = listen({
    connected() {
      linkState("live");
      notice(null);
      // They come again.
      previews.clear();
      refreshAll();
    },
    lost() {
      linkState("lost");
      notice(
        "The server does not answer. What is queued there is safe, and this page tries again by itself.", "Try now",
        () => connection.retry());
    },
    news: (name, value) => take[name]?.(value),
  });
});

let nextEntry;

/** Finds out who asks; the first thing that the server has to answer. */
async function enter(delay = 1000) {
  clearTimeout(nextEntry);
  try {
    await door.enter();
  } catch (error) {
    linkState("lost");
    notice(error.status ? error.sentence : "The server does not answer.", "Try now", () => enter());
    nextEntry = setTimeout(() => enter(Math.min(delay * 2, 15_000)), delay);
  }
}

const open = viewer.begin(form.fill, () => access.may("submit"));
gallery.begin({ open, again: form.fill });
form.begin(refreshQueue);
onChanged(refreshQueue);
document.addEventListener("visibilitychange", () => !document.hidden && connection && refreshAll());
enter();
