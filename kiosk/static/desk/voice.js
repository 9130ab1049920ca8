/** Reads the screen aloud when asked, from files made beforehand; it knows no choice and tells none. */

/** @typedef {import('./language.js').Language} Language */

export class Voice {
  #language;
  #button = /** @type {HTMLElement} */ (document.getElementById('listen'));
  #items = /** @type {HTMLElement} */ (document.getElementById('items'));
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
    // Another page of items, or the same in another language.
    new MutationObserver(() => this.#offer()).observe(this.#items, { attributeFilter: ['data-parts'] });
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
    this.#button.hidden = this.#partsOf(this.#screen).length === 0;
  }

  #toggle() {
    this.#listens = this.#sounding === null;
    if (this.#listens) this.#say(this.#screen);
    else this.stop();
  }

  /** @param {string} what */
  #say(what) {
    this.stop();
    this.#play(this.#partsOf(what));
  }

  /**
   * The files that say a screen, one after another; none when one of them is missing.
   * @param {string} what
   * @returns {string[]}
   */
  #partsOf(what) {
    const language = this.#language.current;
    const parts = what === 'items' ? JSON.parse(this.#items.dataset.parts ?? '[]') : [`${language}-${what}`];
    return parts.every((/** @type {string} */ part) => this.#has(part)) ? parts : [];
  }

  /** @param {string} part  language and what is said */
  #has(part) {
    const end = part.lastIndexOf('-');
    return this.#files[part.slice(0, end)]?.includes(part.slice(end + 1));
  }

  /** @param {string[]} parts */
  #play([first, ...rest]) {
    if (first === undefined) return;
    const sound = new Audio(`${this.#button.dataset.folder}${first}.ogg`);
    this.#sounding = sound;
    this.#button.setAttribute('aria-pressed', 'true');
    sound.addEventListener('ended', () => {
      this.stop();
      this.#play(rest);
    });
    sound.play().catch(() => this.stop());
  }

  get #screen() { return document.body.dataset.screen ?? ''; }
}
