/**
 * Vietnamese typing: what a word looks like after its keys, by Telex or VNI.
 *
 * Tone marks stand where most readers expect them, in the older manner: hòa, thủy, khỏe; and
 * hoàn, ngoài, giờ, quý in both. A word that cannot be Vietnamese keeps the letters typed.
 * Nothing is kept here: the keys of a word go in, its letters come out.
 */

import { bareLetter, isSyllable, isVowel, mayBecome, parts, toneBearer } from './syllable.js';

/** @typedef {'telex' | 'vni' | 'none'} Method */
/** @typedef {'hat' | 'horn' | 'breve' | 'horn or breve' | 'bar'} Shape */
/** @typedef {{tone: number} | {shape: Shape, on?: string}} Meaning  `on`: only on this letter */

/**
 * A word on its way.
 * @typedef {object} Word
 * @property {string[]} letters  without tone marks
 * @property {number} tone  0 none, then sắc, huyền, hỏi, ngã, nặng
 * @property {number} lone  place of an ư that a w alone made; -1 without
 * @property {boolean} late  whether a hat came after the letters that follow it
 * @property {string} literal  keys typed twice: they mean themselves from then on
 */

const TONES = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323'];
/** @type {Record<string, Meaning>} */
const TELEX = {
  s: { tone: 1 }, f: { tone: 2 }, r: { tone: 3 }, x: { tone: 4 }, j: { tone: 5 }, z: { tone: 0 },
  a: { shape: 'hat', on: 'a' }, e: { shape: 'hat', on: 'e' }, o: { shape: 'hat', on: 'o' },
  w: { shape: 'horn or breve' }, d: { shape: 'bar' },
};
/** @type {Record<string, Meaning>} */
const VNI = {
  0: { tone: 0 }, 1: { tone: 1 }, 2: { tone: 2 }, 3: { tone: 3 }, 4: { tone: 4 }, 5: { tone: 5 },
  6: { shape: 'hat' }, 7: { shape: 'horn' }, 8: { shape: 'breve' }, 9: { shape: 'bar' },
};
const KEYS = { telex: TELEX, vni: VNI, none: /** @type {Record<string, Meaning>} */ ({}) };
/** What letters become, in the order tried. */
const SHAPED = /** @type {Record<Shape, Record<string, string>>} */ ({
  hat: { a: 'â', ă: 'â', e: 'ê', o: 'ô', ơ: 'ô' },
  horn: { o: 'ơ', ô: 'ơ', u: 'ư' },
  breve: { a: 'ă', â: 'ă' },
  'horn or breve': { o: 'ơ', ô: 'ơ', u: 'ư', a: 'ă', â: 'ă' },
  bar: { d: 'đ' },
});
// "thuở", "huơ": elsewhere a u before the horned o is horned too.
const OPEN_UO = new Set(['', 'h', 'kh', 'th', 'qu']);
const CLOSED = /^(c|ch|p|t)$/;

/**
 * Give the word that keys make; letters already marked may stand among them,
 * and tone marks as keys of their own.
 * @param {string} keys
 * @param {Method} method
 * @returns {string}
 */
export function compose(keys, method) {
  const word = typed(keys, method);
  return word.literal === '' && isForeign(word) ? withoutTones(keys) : written(word);
}

/**
 * Give the word as it stays once another begins: what became no syllable is as it was typed.
 * @param {string} keys
 * @param {Method} method
 * @returns {string}
 */
export function finish(keys, method) {
  const word = typed(keys, method);
  if (method === 'none' || word.literal !== '' || !hasVowel(word)) return compose(keys, method);
  // "data" and "papa" would be "dât" and "pâp": so closed, a syllable has a tone.
  const toneless = word.late && word.tone === 0 && CLOSED.test(parts(plain(word)).coda);
  return toneless || isForeign(word) || !isSyllable(plain(word)) ? withoutTones(keys) : written(word);
}

/** Tone marks that were keys of their own. @param {string} keys */
function withoutTones(keys) { return keys.replace(/[\u0301\u0300\u0309\u0303\u0323]/g, ''); }

/**
 * @param {string} keys
 * @param {Method} method
 */
function typed(keys, method) {
  /** @type {Word} */
  let word = { letters: [], tone: 0, lone: -1, late: false, literal: '' };
  for (const key of keys) {
    const tone = TONES.indexOf(key);
    if (tone > 0) {
      word = marked(word, tone);
      continue;
    }
    const low = key.toLowerCase();
    const means = !word.literal.includes(low) && !isForeign(word);
    const meaning = means ? KEYS[method][low] : undefined;
    word = (meaning && pressed(word, key, meaning)) ?? added(word, key);
  }
  return word;
}

/**
 * @param {Word} word
 * @param {string} key
 * @param {Meaning} meaning
 * @returns {Word | null}  null when the key means itself here
 */
function pressed(word, key, meaning) {
  if ('tone' in meaning) return toned(word, key, meaning.tone);
  if (meaning.shape === 'bar') return barred(word, key);
  return shaped(word, meaning) ?? unshaped(word, key, meaning) ?? horned(word, key, meaning.shape);
}

/**
 * @param {Word} word
 * @param {string} key
 * @param {number} tone
 */
function toned(word, key, tone) {
  if (!hasVowel(word)) return null;
  if (tone === 0) return word.tone === 0 ? null : { ...word, tone: 0 };
  if (tone === word.tone) return spelled({ ...word, tone: 0 }, key);
  return mayBecome(plain(word), tone) ? { ...word, tone } : null;
}

/**
 * A tone mark as a key of its own; the same again takes it away.
 * @param {Word} word
 * @param {number} tone
 * @returns {Word}
 */
function marked(word, tone) {
  if (tone === word.tone) return { ...word, tone: 0 };
  return hasVowel(word) && mayBecome(plain(word), tone) ? { ...word, tone } : word;
}

/**
 * đ begins a word, or stands among capitals: HĐND.
 * @param {Word} word
 * @param {string} key
 */
function barred(word, key) {
  const last = word.letters.length - 1;
  const place = hasVowel(word) ? 0 : last;
  const letter = word.letters[place]?.toLowerCase();
  if (letter === 'đ' && place === last) return spelled(withLetter(word, place, 'd'), key);
  if (letter !== 'd') return null;
  const barred = withLetter(word, place, 'đ');
  return place === last || isSyllable(plain(barred)) ? barred : null;
}

/**
 * @param {Word} word
 * @param {{shape: Shape, on?: string}} meaning
 */
function shaped(word, { shape, on }) {
  if (shape.startsWith('horn')) {
    const both = bothHorned(word);
    if (both) return both;
  }
  for (const [from, to] of Object.entries(SHAPED[shape])) {
    if (on && bareLetter(from) !== on) continue;
    for (let place = word.letters.length - 1; place >= 0; place -= 1) {
      if (word.letters[place].toLowerCase() !== from) continue;
      const changed = withLetter(word, place, to);
      if (mayBecome(plain(changed), word.tone)) return { ...changed, late: place < word.letters.length - 1 };
    }
  }
  return null;
}

/** @param {Word} word */
function bothHorned(word) {
  const { initial, vowels, coda } = parts(plain(word));
  const pair = vowels.slice(0, 2);
  if (!['uo', 'ưo', 'uô'].includes(pair)) return null;
  const open = pair !== 'ưo' && vowels.length === 2 && coda === '' && OPEN_UO.has(initial);
  const horned = withLetter(word, initial.length + 1, 'ơ');
  const both = open ? horned : withLetter(horned, initial.length, 'ư');
  return mayBecome(plain(both), word.tone) ? both : null;
}

/**
 * The same key again: the mark goes, and the key stands for itself.
 * @param {Word} word
 * @param {string} key
 * @param {{shape: Shape, on?: string}} meaning
 */
function unshaped(word, key, { shape, on }) {
  if (word.lone >= 0 && shape === 'horn or breve') {
    return spelled({ ...word, letters: word.letters.toSpliced(word.lone, 1), lone: -1 }, key);
  }
  const made = new Set(Object.values(SHAPED[shape]));
  const letters = word.letters.map((letter) => {
    const low = letter.toLowerCase();
    const goes = made.has(low) && (!on || bareLetter(low) === on);
    return goes ? inCaseOf(letter, bareLetter(low)) : letter;
  });
  const changed = letters.some((letter, place) => letter !== word.letters[place]);
  return changed ? spelled({ ...word, letters }, key) : null;
}

/**
 * Telex: a w without a vowel is ư.
 * @param {Word} word
 * @param {string} key
 * @param {Shape} shape
 */
function horned(word, key, shape) {
  if (shape !== 'horn or breve' || hasVowel(word) || !mayBecome(`${plain(word)}ư`, 0)) return null;
  return { ...word, letters: [...word.letters, inCaseOf(key, 'ư')], lone: word.letters.length };
}

/**
 * Add a letter; a tone it brings with it is the word's.
 * @param {Word} word
 * @param {string} key
 * @returns {Word}
 */
function added(word, key) {
  const pieces = [...key.normalize('NFD')];
  const tone = pieces.findIndex((piece) => piece !== '' && TONES.indexOf(piece) > 0);
  const letter = pieces.filter((_piece, place) => place !== tone).join('').normalize('NFC');
  const longer = {
    ...word,
    letters: [...joined(word).letters, letter],
    tone: tone < 0 ? word.tone : TONES.indexOf(pieces[tone]),
  };
  return mayBecome(plain(longer), longer.tone) ? longer : { ...longer, letters: [...word.letters, letter] };
}

/**
 * Before another letter u and o are horned together or not at all: "thuơ" and n make "thươn".
 * @param {Word} word
 */
function joined(word) {
  const { initial, vowels, coda } = parts(plain(word));
  if (coda !== '' || (vowels !== 'uơ' && vowels !== 'ưo')) return word;
  return withLetter(withLetter(word, initial.length, 'ư'), initial.length + 1, 'ơ');
}

/**
 * @param {Word} word
 * @param {string} key
 * @returns {Word}
 */
function spelled(word, key) {
  return { ...word, letters: [...word.letters, key], literal: word.literal + key.toLowerCase() };
}

/**
 * @param {Word} word
 * @param {number} place
 * @param {string} letter
 * @returns {Word}
 */
function withLetter(word, place, letter) {
  return { ...word, letters: word.letters.with(place, inCaseOf(word.letters[place], letter)) };
}

/**
 * @param {string} model
 * @param {string} letter
 */
function inCaseOf(model, letter) {
  return model === model.toLowerCase() ? letter : letter.toUpperCase();
}

/** @param {Word} word */
function plain(word) { return word.letters.join('').toLowerCase(); }

/** @param {Word} word */
function hasVowel(word) { return word.letters.some((letter) => isVowel(letter.toLowerCase())); }

/** @param {Word} word */
function isForeign(word) { return hasVowel(word) && !mayBecome(plain(word), word.tone); }

/** @param {Word} word */
function written(word) {
  const bearer = word.tone === 0 ? -1 : toneBearer(plain(word));
  return word.letters.map((letter, place) => (place === bearer ? letter + TONES[word.tone] : letter)).join('').normalize('NFC');
}
