/** The words of the screen: every text of the page changes language at once. */

/** @typedef {Record<string, Record<string, string>>} Texts  language, key, text */

export class Language {
  #texts;
  #first;
  #current;
  #spoken = ['vi'];
  /** @type {(() => void)[]} */
  #listeners = [];

  /**
   * @param {Texts} texts
   * @param {string} first  the language of a clean screen
   */
  constructor(texts, first) {
    this.#texts = texts;
    this.#first = first;
    this.#current = first;
  }

  get current() { return this.#current; }

  get isFirst() { return this.#current === this.#first; }

  /** @param {string[]} languages  those the office offers */
  offer(languages) {
    this.#spoken = languages.filter((language) => language in this.#texts);
    if (!this.#spoken.includes(this.#current)) this.speak(this.#first);
    this.#paint();
  }

  /** @param {() => void} listener  called after each change */
  onChange(listener) { this.#listeners.push(listener); }

  /** The language after this one. */
  get next() {
    const place = this.#spoken.indexOf(this.#current);
    return this.#spoken[(place + 1) % this.#spoken.length] ?? this.#first;
  }

  reset() { this.speak(this.#first); }

  /** @param {string} language */
  speak(language) {
    if (!(language in this.#texts)) return;
    this.#current = language;
    this.#paint();
    for (const listener of this.#listeners) listener();
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]  for the places in braces
   */
  say(key, values = {}) {
    const text = this.#texts[this.#current][key] ?? this.#texts[this.#first][key] ?? '';
    return text.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
  }

  /**
   * Which language a text is said in: what a catalogue lacks is said in the first, whole.
   * @param {string} key
   */
  spokenOf(key) { return key in this.#texts[this.#current] ? this.#current : this.#first; }

  #paint() {
    document.documentElement.lang = this.#current;
    this.paint(document);
    const toggle = document.getElementById('language');
    if (!toggle) return;
    toggle.hidden = this.#spoken.length < 2;
    const name = toggle.querySelector('span');
    if (name) {
      name.textContent = this.#texts[this.next]?.own_name ?? '';
      name.lang = this.next;
    }
  }

  /** @param {ParentNode} place  whose texts are written in the language of the screen */
  paint(place) {
    for (const element of place.querySelectorAll('[data-text]')) {
      const key = element.getAttribute('data-text') ?? '';
      element.textContent = this.say(key);
      if (this.spokenOf(key) === this.#current) element.removeAttribute('lang');
      else element.setAttribute('lang', this.#first);
    }
    for (const element of place.querySelectorAll('[data-label]')) {
      element.setAttribute('aria-label', this.say(element.getAttribute('data-label') ?? ''));
    }
  }
}
