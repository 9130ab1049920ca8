/** Outside the opening hours the resting screen goes dark; a touch wakes it for a rating all the same. */

import { write } from './page.js';

/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./page.js').Page} Page */

const QUIET_MS = 300_000;

export class Sleep {
  #page;
  #language;
  #rest;
  /** @type {string | null} ISO 8601 with the office's own offset; null while it is open */
  #opensAt = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Page} page
   * @param {Language} language
   * @param {() => void} rest  shows the resting screen
   */
  constructor(page, language, rest) {
    this.#page = page;
    this.#language = language;
    this.#rest = rest;
    language.onChange(() => this.#paint());
    document.addEventListener('click', () => this.#wake());
    for (const touch of ['pointerdown', 'keydown']) {
      document.addEventListener(touch, () => this.wait(), { capture: true, passive: true });
    }
  }

  /** @param {string | null} opensAt */
  configure(opensAt) {
    const changed = opensAt !== this.#opensAt;
    this.#opensAt = opensAt;
    this.#paint();
    if (!changed) return;
    this.wait();
    if (opensAt === null) this.#wake();
  }

  /** Count the quiet time from now on. */
  wait() {
    clearTimeout(this.#timer);
    if (this.#opensAt !== null) this.#timer = setTimeout(() => this.#fall(), QUIET_MS);
  }

  #fall() {
    // Without a network nobody says when the office opens again: the clock does.
    if (this.#opensAt !== null && Date.now() >= Date.parse(this.#opensAt)) this.#opensAt = null;
    else if (this.#page.screen === 'ask') this.#page.show('sleep');
    this.wait();
    if (this.#opensAt === null) this.#wake();
  }

  #wake() {
    if (this.#page.screen === 'sleep') this.#rest();
  }

  #paint() {
    if (this.#opensAt === null) return;
    // The hour on the office's wall, whatever zone this device believes in.
    const wall = new Date(`${this.#opensAt.slice(0, 19)}Z`);
    const spoken = this.#language.spokenOf('opens');
    const day = wall.toLocaleDateString(spoken, { weekday: 'long', day: 'numeric', month: 'numeric', timeZone: 'UTC' });
    // In Vietnamese a weekday is written small within a sentence.
    const written = spoken === 'vi' ? day.charAt(0).toLowerCase() + day.slice(1) : day;
    write('opens', this.#language.say('opens', { time: this.#opensAt.slice(11, 16), day: written }));
  }
}
