/** Reads the screen aloud when asked, from files made beforehand; it knows no choice and tells none. */

/** @typedef {import('./language.js').Language} Language */

export class Voice {
  #language;
  #button = /** @type {HTMLElement} */ (document.getElementById('listen'));
  /** @type {Record<string, string[]>} screens with a file, by language */
  #files = JSON.parse(this.#button.dataset.prompts ?? '{}');
  /** @type {HTMLAudioElement | null} */
  #sounding = null;
  /** Whether whoever is here listens: the countdown is then said too. */
  #listens = false;

  /** @param {Language} language */
  constructor(language) {
    this.#language = language;
    this.#button.addEventListener('click', () => this.#toggle());
    language.onChange(() => this.#offer());
    new MutationObserver(() => this.#offer()).observe(document.body, { attributeFilter: ['data-screen'] });
    const notice = /** @type {HTMLElement} */ (document.getElementById('idle'));
    new MutationObserver(() => {
      if (notice.hidden) this.stop();
      else if (this.#listens) this.#say('idle');
    }).observe(notice, { attributeFilter: ['hidden'] });
    this.#offer();
  }

  /** The next person is asked anew. */
  reset() {
    this.#listens = false;
    this.stop();
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
    this.#listens = this.#sounding === null;
    if (this.#listens) this.#say(this.#screen);
    else this.stop();
  }

  /** @param {string} what */
  #say(what) {
    this.stop();
    if (!this.#files[this.#language.current]?.includes(what)) return;
    const sound = new Audio(`${this.#button.dataset.folder}${this.#language.current}-${what}.ogg`);
    this.#sounding = sound;
    this.#button.setAttribute('aria-pressed', 'true');
    sound.addEventListener('ended', () => this.stop());
    sound.play().catch(() => this.stop());
  }

  get #screen() { return document.body.dataset.screen ?? ''; }
}
