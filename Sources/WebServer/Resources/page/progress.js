// How long a job will still take, from how it went of late.

const window = 45_000;
const leastTime = 3000;
const leastShare = 0.005;

export class Forecast {
  #samples = [];

  /** Takes note of the share that is done. */
  note(share, now = performance.now()) {
    const last = this.#samples.at(-1);
    // It was begun again, here or elsewhere.
    if (last && share < last.share - 0.02) this.#samples = [];
    this.#samples.push({ share, now });
    while (this.#samples.length > 2 && (now - this.#samples[1].now > window || this.#samples.length > 500)) {
      this.#samples.shift();
    }
  }

  /** Seconds that it will still take; null where that cannot be told yet. */
  secondsLeft(now = performance.now()) {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || last.now - first.now < leastTime || last.share - first.share < leastShare) return null;
    const rate = (last.share - first.share) / (last.now - first.now);
    return Math.max(1, (1 - last.share) / rate / 1000 - (now - last.now) / 1000);
  }
}
