/** Reads the screen aloud when asked, from files made beforehand; it knows no choice and tells none. */

/** @typedef {import('./language.js').Language} Language */

export class Voice {
  #language;
  #button = /** @type {HTMLElement} */ (document.getElementById('listen'));
  /** @type {Record<string, string[]>} screens with a file, by language */
  #files = JSON.parse(this.#button.dataset.prompts ?? '{}');
  /** @type {HTMLAudioElement | null} */
  #sounding = null;

  /** @param {Language} language */
  constructor(language) {
    this.#language = language;
    this.#button.addEventListener('click', () => this.#toggle());
    language.onChange(() => this.#offer());
    new MutationObserver(() => this.#offer()).observe(document.body, { attributeFilter: ['data-screen'] });
    this.#offer();
  }

  stop() {
    this.#sounding?.pause();
    this.#sounding = null;
    this.#button.setAttribute('aria-pressed', 'false');
  }

  #offer() {
    this.stop();
    this.#button.hidden = !this.#files[this.#language.current]?.includes(this.#screen);
  }

  #toggle() {
    if (this.#sounding) {
      this.stop();
      return;
    }
    const sound = new Audio(`${this.#button.dataset.folder}${this.#language.current}-${this.#screen}.ogg`);
    this.#sounding = sound;
    this.#button.setAttribute('aria-pressed', 'true');
    sound.addEventListener('ended', () => this.stop());
    sound.play().catch(() => this.stop());
  }

  get #screen() { return document.body.dataset.screen ?? ''; }
}
