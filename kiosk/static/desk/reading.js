/** The panel "Easier to use": larger text, high contrast, one switch; taken back for the next person. */

import { openPanel, whenClosed } from './panel.js';

const CHOICES = /** @type {const} */ (['large', 'contrast', 'scan']);

/** @typedef {(typeof CHOICES)[number]} Choice */

export class Reading {
  #panel = /** @type {HTMLElement} */ (document.getElementById('panel'));
  #opener = /** @type {HTMLElement} */ (document.getElementById('reading'));
  #theme = document.documentElement.dataset.theme;
  /** @type {Set<Choice>} */
  #chosen = new Set();
  /** @type {((choice: Choice, on: boolean) => void)[]} */
  #listeners = [];

  constructor() {
    this.#opener.addEventListener('click', () => this.#open(true));
    whenClosed(this.#panel, () => this.#open(false));
    for (const choice of CHOICES) {
      document.getElementById(choice)?.addEventListener('click', () => this.choose(choice, !this.#chosen.has(choice)));
    }
  }

  get isFirst() { return this.#chosen.size === 0 && this.#panel.hidden; }

  /** @param {(choice: Choice, on: boolean) => void} listener  called after each change */
  onChange(listener) { this.#listeners.push(listener); }

  /**
   * @param {Choice} choice
   * @param {boolean} on
   */
  choose(choice, on) {
    if (on === this.#chosen.has(choice)) return;
    if (on) this.#chosen.add(choice);
    else this.#chosen.delete(choice);
    this.#show();
    for (const listener of this.#listeners) listener(choice, on);
  }

  reset() {
    for (const choice of CHOICES) this.choose(choice, false);
    this.#open(false);
  }

  /** @param {boolean} open */
  #open(open) { openPanel(this.#panel, this.#opener, open); }

  #show() {
    const page = document.documentElement;
    page.classList.toggle('large', this.#chosen.has('large'));
    if (this.#chosen.has('contrast')) page.dataset.theme = 'contrast';
    else if (this.#theme) page.dataset.theme = this.#theme;
    else delete page.dataset.theme;
    for (const choice of CHOICES) {
      document.getElementById(choice)?.setAttribute('aria-pressed', String(this.#chosen.has(choice)));
    }
  }
}
