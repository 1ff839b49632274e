// The files of pictures, which may take a key to see: small ones are fetched when they come into view; all are kept for
// a while.

import { picture } from "./api.js";

const mostKept = 36;
const kept = new Map();

/** An address on this page of a job's picture, or of its thumbnail. */
export async function pictureAddress({ id, picture: { digest } }, which = "picture", signal = undefined) {
  const name = `${which} ${id} ${digest}`;
  let address = kept.get(name);
  if (address) {
    // The last that was asked for is given up last.
    kept.delete(name);
  } else {
    const blob = await picture(id, which, signal);
    // Somebody else may have fetched it meanwhile.
    address = kept.get(name) ?? URL.createObjectURL(blob);
    kept.delete(name);
  }
  kept.set(name, address);
  if (kept.size > mostKept) {
    const [oldest, old] = kept.entries().next().value;
    kept.delete(oldest);
    URL.revokeObjectURL(old);
  }
  return address;
}

const loads = new WeakMap();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      loads.get(target)?.();
    }
  },
  { rootMargin: "300px" });

/** Shows a job's picture, small, in an image once that comes into view. Returns what ends that. */
export function showWhenSeen(image, job, failed) {
  const connection = new AbortController();
  loads.set(image, async () => {
    try {
      image.src = await pictureAddress(job, "thumbnail", connection.signal);
    } catch (error) {
      if (!connection.signal.aborted) failed(error);
    }
  });
  observer.observe(image);
  return () => {
    observer.unobserve(image);
    connection.abort();
  };
}

/** Saves a job's picture as a file. */
export async function download(job) {
  const link = document.createElement("a");
  link.href = await pictureAddress(job);
  link.download = `apldm-${job.id}-${job.width}x${job.height}-seed${job.seed}.png`;
  link.click();
}
