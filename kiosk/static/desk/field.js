/** A text field typed in by Vietnamese keys, of a real keyboard or of the one on the screen. */

import { compose, finish } from './typing.js';

/** @typedef {import('./typing.js').Method} Method */

const LETTER = /^[\p{L}\u0301\u0300\u0309\u0303\u0323]$/u;
const WORD_BEFORE = /[\p{L}]+$/u;
// After so many letters a key is itself: one held down would make every next one slower.
const LONGEST_WORD = 30;

export class Field {
  /** @type {Method} */
  method = 'telex';
  #element;
  #most;
  #changed;
  // The keys of the word at the caret, and what they made of it.
  #keys = '';
  #made = '';

  /**
   * @param {HTMLTextAreaElement} element
   * @param {number} most  characters
   * @param {() => void} changed  called after each change
   */
  constructor(element, most, changed) {
    this.#element = element;
    this.#most = most;
    this.#changed = changed;
    element.addEventListener('beforeinput', (event) => this.#before(event));
    element.addEventListener('input', () => this.#after());
  }

  /** What is written, its last word ended. */
  get text() {
    this.#endWord();
    return this.#element.value.trim();
  }

  /** How many characters stand there, as the server counts them. */
  get length() { return [...this.#element.value].length; }

  /** Whether the next letter begins a sentence. */
  get begins() { return /(^|[.!?…]\s+|\n)$/u.test(this.#beforeCaret()); }

  clear() {
    this.#element.value = '';
    this.#forget();
    this.#changed();
  }

  /**
   * Type one key: a letter, a tone mark, a digit, a space.
   * @param {string} key
   */
  type(key) {
    const digit = this.method === 'vni' && /^\d$/.test(key);
    if (!LETTER.test(key) && !(digit && this.#word() !== '')) {
      this.insert(key);
      return;
    }
    if (this.#word().length >= LONGEST_WORD) {
      if (/\p{L}/u.test(key)) this.insert(key);
      return;
    }
    const keys = this.#keysNow() + key;
    const made = compose(keys, this.method);
    if (!this.#replace(this.#word().length, made)) return;
    this.#keys = keys;
    this.#made = made;
  }

  /**
   * Put a character as it is; the word before it is ended.
   * @param {string} character
   */
  insert(character) {
    this.#endWord();
    this.#replace(0, character);
    this.#forget();
  }

  /** Take away what is selected, or the character before the caret. */
  erase() {
    const { selectionStart, selectionEnd } = this.#element;
    const last = selectionStart === selectionEnd ? [...this.#beforeCaret()].pop() ?? '' : '';
    this.#forget();
    this.#replace(last.length, '');
  }

  /** @param {InputEvent} event */
  #before(event) {
    const typed = event.inputType === 'insertText' && !event.isComposing && event.data;
    if (!typed || [...typed].length !== 1) return;
    event.preventDefault();
    this.type(typed);
  }

  /** The browser itself changed the text: a paste, a deletion, an input method of its own. */
  #after() {
    this.#forget();
    this.#changed();
  }

  #endWord() {
    const word = this.#word();
    if (word === '' || word !== this.#made) return;
    const ended = finish(this.#keys, this.method);
    if (ended !== word) this.#replace(word.length, ended);
    this.#forget();
  }

  /** The keys of the word before the caret; of one typed earlier only its letters are known. */
  #keysNow() {
    const word = this.#word();
    return word !== '' && word === this.#made ? this.#keys : word;
  }

  /** The word at the caret, empty when text is selected. */
  #word() {
    const { selectionStart, selectionEnd } = this.#element;
    if (selectionStart !== selectionEnd) return '';
    const before = this.#beforeCaret();
    if (this.#made !== '' && before.endsWith(this.#made)) return this.#made;
    return WORD_BEFORE.exec(before.slice(-LONGEST_WORD))?.[0] ?? '';
  }

  #beforeCaret() { return this.#element.value.slice(0, this.#element.selectionStart); }

  #forget() {
    this.#keys = '';
    this.#made = '';
  }

  /**
   * Put text in the place of what is selected and of some characters before it.
   * @param {number} before
   * @param {string} text
   * @returns {boolean} whether there was room
   */
  #replace(before, text) {
    const { selectionStart, selectionEnd, value } = this.#element;
    const whole = value.slice(0, selectionStart - before) + text + value.slice(selectionEnd);
    if ([...whole].length > this.#most) return false;
    this.#element.setRangeText(text, selectionStart - before, selectionEnd, 'end');
    this.#element.scrollTop = this.#element.scrollHeight;
    this.#changed();
    return true;
  }
}
