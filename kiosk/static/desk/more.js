/** The screen More: a comment, typed with Vietnamese keys; it leaves this page only when it is sent. */

import { Field } from './field.js';
import { Keyboard } from './keyboard.js';
import { write } from './page.js';

/** @typedef {import('./language.js').Language} Language */

const MOST = 2_000;
const FEW = 100;

export class More {
  #language;
  #element = /** @type {HTMLTextAreaElement} */ (document.getElementById('comment'));
  #field = new Field(this.#element, MOST, () => this.#paint());
  #keyboard;
  #written;

  /**
   * @param {Language} language
   * @param {(written: boolean) => void} written  called whenever there is text, or none any more
   */
  constructor(language, written) {
    this.#language = language;
    this.#written = written;
    const place = /** @type {HTMLElement} */ (document.getElementById('keys'));
    place.replaceChildren();
    this.#keyboard = new Keyboard(place, language, {
      type: (key) => this.#field.type(key),
      insert: (key) => this.#field.insert(key),
      erase: () => this.#field.erase(),
      done: () => undefined,
      method: (method) => { this.#field.method = method; },
      begins: () => this.#field.begins,
    });
    language.onChange(() => this.#paint());
    this.#keyboard.reset();
    this.#paint();
  }

  /** What is written, or null. */
  get text() { return this.#field.text || null; }

  /** The caret is where one types. */
  open() {
    this.#element.focus({ preventScroll: true });
    this.#paint();
  }

  /** Nothing of the text stays: not in the field, not in the keyboard. */
  clear() {
    this.#field.clear();
    this.#keyboard.reset();
  }

  #paint() {
    const left = MOST - this.#field.length;
    const written = (/** @type {number} */ count) => count.toLocaleString(document.documentElement.lang);
    write('left', this.#language.say(left <= FEW ? 'characters_few' : 'characters',
      { n: written(this.#field.length), left, most: written(MOST) }));
    this.#keyboard?.follow();
    this.#written(this.#element.value.trim() !== '');
  }
}
