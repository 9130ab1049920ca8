/** The panel "Easier to use": larger text, high contrast, one switch; taken back for the next person. */

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
    document.getElementById('panel-done')?.addEventListener('click', () => this.#open(false));
    this.#panel.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.#open(false); });
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
  #open(open) {
    if (this.#panel.hidden !== open) return;
    this.#panel.hidden = !open;
    // Only what lies under the panel rests, or a key would go on where nobody sees it.
    for (const part of document.querySelectorAll('.d-head, main, .d-foot')) part.toggleAttribute('inert', open);
    if (open) document.getElementById('panel-title')?.focus();
    else this.#opener.focus();
  }

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
