/** More than two languages stand in a list, each by its own name. */

import { openPanel, whenClosed } from './panel.js';

/** @typedef {{code: string, name: string}} Tongue */

export class LanguageList {
  #panel = /** @type {HTMLElement} */ (document.getElementById('languages'));
  #place = /** @type {HTMLElement} */ (document.getElementById('tongues'));
  #opener = /** @type {HTMLElement} */ (document.getElementById('language'));

  constructor() { whenClosed(this.#panel, () => this.close()); }

  get isOpen() { return !this.#panel.hidden; }

  /**
   * @param {Tongue[]} tongues
   * @param {string} current
   * @param {(code: string) => void} choose
   */
  open(tongues, current, choose) {
    const choices = tongues.map(({ code, name }) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'choice';
      button.lang = code;
      button.textContent = name;
      button.setAttribute('aria-pressed', String(code === current));
      button.addEventListener('click', () => {
        choose(code);
        this.close();
      });
      return button;
    });
    this.#place.replaceChildren(...choices);
    openPanel(this.#panel, this.#opener, true);
  }

  close() { openPanel(this.#panel, this.#opener, false); }
}
