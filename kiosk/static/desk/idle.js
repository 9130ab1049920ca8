/** Somebody left: after 20 quiet seconds a visible countdown of 10 that any touch ends. */

import { Countdown, drawRing } from './countdown.js';

const QUIET_MS = 20_000;
const NOTICE_S = 10;
const LIFTED_MS = 1_000;

export class Idle {
  #countdown = new Countdown();
  #notice = element('idle');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {HTMLElement | null} */
  #focused = null;
  #left;

  /** @param {() => void} left  called when the countdown has run out */
  constructor(left) {
    this.#left = left;
    // A finger takes the notice away only when it is lifted, or it would press what lies beneath.
    this.#notice.addEventListener('click', () => this.#hide());
    document.addEventListener('pointerdown', () => this.#touched(LIFTED_MS), { capture: true, passive: true });
    document.addEventListener('keydown', () => this.#touched(0), { capture: true, passive: true });
  }

  /** Watch from now on; the quiet time starts again. */
  watch() {
    this.#rewind();
    this.#hide();
  }

  /** Somebody is there who touches nothing at the moment; what is already warned of stays. */
  extend() {
    if (this.#timer !== undefined && this.#notice.hidden) this.#rewind();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#countdown.stop();
    this.#hide();
  }

  #rewind() {
    clearTimeout(this.#timer);
    this.#countdown.stop();
    this.#timer = setTimeout(() => this.#warn(), QUIET_MS);
  }

  /** @param {number} hideAfter  milliseconds */
  #touched(hideAfter) {
    if (this.#timer === undefined) return;
    this.#rewind();
    if (!this.#notice.hidden) setTimeout(() => this.#hide(), hideAfter);
  }

  #warn() {
    this.#focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#notice.hidden = false;
    element('stay').focus();
    const ring = element('idle-ring');
    this.#countdown.start(
      NOTICE_S,
      (left) => drawRing(ring, left, NOTICE_S),
      () => {
        this.#timer = undefined;
        this.#hide();
        this.#left();
      },
    );
  }

  #hide() {
    if (this.#notice.hidden) return;
    this.#notice.hidden = true;
    this.#focused?.focus();
    this.#focused = null;
  }
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
