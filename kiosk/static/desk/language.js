/** The words of the screen: every text of the page changes language at once. */

import { LanguageList } from './language-list.js';

/** @typedef {Record<string, Record<string, string>>} Texts  language, key, text */

export class Language {
  #texts;
  #first;
  #current;
  #spoken = ['vi'];
  #list = new LanguageList();
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

  get isFirst() { return this.#current === this.#first && !this.#list.isOpen; }

  /** @param {string[]} languages  those the office offers */
  offer(languages) {
    this.#spoken = languages.filter((language) => language in this.#texts);
    if (!this.#spoken.includes(this.#current)) this.speak(this.#first);
    this.#paint();
  }

  /** @param {() => void} listener  called after each change */
  onChange(listener) { this.#listeners.push(listener); }

  /** Go to the other language; of more than two one is chosen from a list. */
  turn() {
    const [other, ...more] = this.#others;
    if (more.length === 0) {
      this.speak(other ?? this.#first);
      return;
    }
    const tongues = this.#spoken.map((code) => ({ code, name: this.#nameOf(code) }));
    this.#list.open(tongues, this.#current, (code) => this.speak(code));
  }

  get #others() { return this.#spoken.filter((language) => language !== this.#current); }

  /** @param {string} language */
  #nameOf(language) { return this.#texts[language]?.own_name ?? language; }

  reset() {
    this.#list.close();
    this.speak(this.#first);
  }

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
    toggle.querySelector('span')?.replaceChildren(...this.#named());
  }

  /** The names of other languages, each in its own: whoever reads one finds it. */
  #named() {
    const [first, second, ...more] = this.#others;
    const shown = [first, second].filter(Boolean).map((language) => {
      const name = document.createElement('span');
      name.lang = language;
      name.textContent = this.#nameOf(language);
      return name;
    });
    return shown.flatMap((name, place) => (place ? [' · ', name] : [name])).concat(more.length > 0 ? [' …'] : []);
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
