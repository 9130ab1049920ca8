/** The keyboard on the screen: letters with their marks, numbers, and a pad of digits. */

import { SimpleKeyboard } from '../vendor/simple-keyboard.js';

/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./typing.js').Method} Method */
/** @typedef {'letters' | 'numbers' | 'pad'} Plane */

const METHODS = /** @type {Method[]} */ (['telex', 'vni', 'none']);
const TONES = /** @type {Record<string, string>} */ ({
  '{acute}': '\u0301', '{grave}': '\u0300', '{hook}': '\u0309', '{tilde}': '\u0303', '{dot}': '\u0323',
});
/** What keys show that show no letter; the names of the tones are known to every reader. */
const FACES = {
  '{acute}': 'sắc', '{grave}': 'huyền', '{hook}': 'hỏi', '{tilde}': 'ngã', '{dot}': 'nặng',
  '{erase}': drawn('M9 5.5h12v13H9L3 12zM12 9.500l5 5M17 9.500l-5 5'), '{enter}': drawn('M20 5v8H5M9 9l-4 4 4 4'),
  '{shift}': drawn('M12 4 4 12h4.500v7.500h7V12H20z'), '{done}': drawn('M5 12.500 10 17.500 19.500 7'),
  '{numbers}': '123', '{letters}': 'abc',
};
const LETTERS_MARKED = 'ă â đ ê ô ơ ư';
const TONE_KEYS = Object.keys(TONES).join(' ');
const DIGITS = '1 2 3 4 5 6 7 8 9 0';
const PAD = ['1 2 3', '4 5 6', '7 8 9', '{erase} 0 {done}'];
const WIDE = {
  letters: [`${LETTERS_MARKED} ${TONE_KEYS}`, 'q w e r t y u i o p {erase}', 'a s d f g h j k l {enter}', '{shift} z x c v b n m , . ?',
    '{numbers} {method} {space}'],
  numbers: [DIGITS, '- / : ( ) " % + @ {erase}', '. , ? ! ; = * # & {enter}', '{letters} {space}'],
};
const TALL = {
  letters: [LETTERS_MARKED, TONE_KEYS, 'q w e r t y u i o p', 'a s d f g h j k l {erase}',
    '{shift} z x c v b n m . ?', '{numbers} {method} {space} , {enter}'],
  numbers: [DIGITS, '- / : ( ) " % + @ &', '. , ? ! ; = * # {erase}', '{letters} {space} {enter}'],
};
/** A second touch of the shift key holds it. */
const SHIFTS = /** @type {const} */ (['off', 'once', 'held']);

export class Keyboard {
  #place;
  #language;
  #press;
  #drawn;
  /** @type {Plane} */
  #plane = 'letters';
  /** @type {Method} */
  #method = 'telex';
  /** @type {'off' | 'once' | 'held'} */
  #shift = 'off';
  #tall = matchMedia('(orientation: portrait)');

  /**
   * @param {HTMLElement} place
   * @param {Language} language
   * @param {object} press  what the keys do
   * @param {(key: string) => void} press.type
   * @param {(key: string) => void} press.insert
   * @param {() => void} press.erase
   * @param {() => void} press.done
   * @param {(method: Method) => void} press.method
   * @param {() => boolean} press.begins  whether the next letter is a capital
   */
  constructor(place, language, press) {
    this.#place = place;
    this.#language = language;
    this.#press = press;
    // The library draws and listens; what is typed is never with it, so nothing stays there.
    this.#drawn = new SimpleKeyboard(place, {
      onKeyPress: (/** @type {string} */ key) => this.#pressed(key),
      inputPattern: /^$/,
      useButtonTag: true,
      disableButtonHold: true,
      theme: 'keys',
      ...this.#shape(),
    });
    // A finger on a key leaves the caret where it is.
    place.addEventListener('mousedown', (event) => event.preventDefault());
    // Enter and Space on a key, or a switch, come as a click without a pointer.
    place.addEventListener('click', (event) => {
      const key = event.target instanceof Element ? event.target.closest('button') : null;
      if (event.detail === 0 && key?.dataset.skbtn) this.#pressed(key.dataset.skbtn, true);
    });
    this.#tall.addEventListener('change', () => this.#draw());
    language.onChange(() => this.#draw());
  }

  /**
   * Begin anew for the next field or person.
   * @param {Plane} plane
   */
  reset(plane = 'letters') {
    this.#plane = plane;
    this.#choose(this.#language.current === 'vi' ? 'telex' : 'none');
    this.#shift = plane === 'letters' && this.#press.begins() ? 'once' : 'off';
    this.#draw();
  }

  /** Something was typed elsewhere: a capital that was only offered is offered no more. */
  follow() {
    if (this.#shift === 'once' && !this.#press.begins()) this.#shiftTo('off');
  }

  /**
   * @param {string} key
   * @param {boolean} [byKey]  pressed by a real key: the focus stays on it
   */
  #pressed(key, byKey = false) {
    this.#act(key);
    if (byKey) /** @type {HTMLElement | null} */ (this.#place.querySelector(`[data-skbtn="${CSS.escape(key)}"]`))?.focus();
  }

  /** @param {string} key */
  #act(key) {
    if (key === '{shift}') this.#shiftTo(SHIFTS[(SHIFTS.indexOf(this.#shift) + 1) % SHIFTS.length]);
    else if (key === '{numbers}' || key === '{letters}') this.#turn(/** @type {Plane} */ (key.slice(1, -1)));
    else if (key === '{method}') this.#nextMethod();
    else if (key === '{erase}') this.#press.erase();
    else if (key === '{done}') this.#press.done();
    else if (key === '{space}' || key === '{enter}') this.#ended(key === '{space}' ? ' ' : '\n');
    else if (this.#plane === 'letters') this.#letter(key);
    else this.#press.insert(key);
  }

  /** @param {string} key */
  #letter(key) {
    const capital = this.#shift !== 'off';
    this.#press.type(TONES[key] ?? (capital ? key.toUpperCase() : key));
    if (this.#shift === 'once' && !TONES[key]) this.#shiftTo('off');
  }

  /** @param {string} character */
  #ended(character) {
    this.#press.insert(character);
    if (this.#plane === 'letters' && this.#shift === 'off' && this.#press.begins()) this.#shiftTo('once');
  }

  /** @param {'off' | 'once' | 'held'} shift */
  #shiftTo(shift) {
    this.#shift = shift;
    this.#draw();
  }

  /** @param {Plane} plane */
  #turn(plane) {
    this.#plane = plane;
    this.#draw();
  }

  #nextMethod() {
    this.#choose(METHODS[(METHODS.indexOf(this.#method) + 1) % METHODS.length]);
    this.#draw();
  }

  /** @param {Method} method */
  #choose(method) {
    this.#method = method;
    this.#press.method(method);
  }

  #draw() {
    this.#drawn.setOptions(this.#shape());
    this.#place.dataset.plane = this.#plane;
  }

  #shape() {
    const say = (/** @type {string} */ key, values = {}) => this.#language.say(key, values);
    const rows = this.#rows();
    const method = say(`method_${this.#method}`);
    return {
      layout: { default: rows },
      display: { ...FACES, ...this.#capitals(rows), '{method}': method, '{space}': say('space') },
      buttonAttributes: [
        ...Object.keys(FACES).map((key) => (
          { attribute: 'aria-label', value: say(`key_${key.slice(1, -1)}`), buttons: key })),
        { attribute: 'aria-label', value: say('key_method', { method }), buttons: '{method}' },
        { attribute: 'aria-pressed', value: String(this.#shift !== 'off'), buttons: '{shift}' },
        { attribute: 'data-held', value: this.#shift, buttons: '{shift}' },
      ],
    };
  }

  #rows() {
    const rows = { ...(this.#tall.matches ? TALL : WIDE), pad: PAD }[this.#plane];
    if (this.#method !== 'vni' || this.#plane !== 'letters') return rows;
    return [DIGITS, ...rows.filter((row) => row !== TONE_KEYS && !row.startsWith(LETTERS_MARKED))];
  }

  /** @param {string[]} rows */
  #capitals(rows) {
    const letters = rows.join(' ').split(' ').filter((key) => /^\p{L}$/u.test(key));
    return this.#shift === 'off' ? {} : Object.fromEntries(letters.map((key) => [key, key.toUpperCase()]));
  }
}

/** @param {string} path  on 24 × 24 */
function drawn(path) {
  return `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}
