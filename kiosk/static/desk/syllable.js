/** What a written Vietnamese syllable can be: initial, rime, and which letter bears the tone mark. */

const INITIALS = ['', 'b', 'c', 'ch', 'd', 'đ', 'g', 'gh', 'gi', 'h', 'k', 'kh', 'kr', 'l', 'm', 'n', 'ng', 'ngh', 'nh',
  'p', 'ph', 'q', 'qu', 'r', 's', 't', 'th', 'tr', 'v', 'x'];

// Every rime in use; ăk and its like come from the names of the Central Highlands.
const RIMES = `
a ac ach ai ak am an ang anh ao ap at au ay
ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
o oc oi ok om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui uk um un ung up ut uân uâng uât uây uê uêch uênh uôc uôi uôm uôn uông uôt uơ
uy uya uych uyn uynh uyp uyt uyu uyên uyêt
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu`.trim().split(/\s+/);
const AFTER_QU = [...RIMES, 'ych', 'yn', 'ynh', 'yp', 'yt', 'yu'];
const BARE = /** @type {Record<string, string>} */ ({ ă: 'a', â: 'a', ê: 'e', ô: 'o', ơ: 'o', ư: 'u', đ: 'd' });
const VOWELS = new Set('aeiouy');
const STOPS = new Set(['c', 'ch', 'k', 'p', 't']);
const RISING_OR_HEAVY = new Set([0, 1, 5]);

/** @param {string} letter  in lower case, without tone */
export function bareLetter(letter) { return BARE[letter] ?? letter; }

/** @param {string} letter  in lower case, without tone */
export function isVowel(letter) { return VOWELS.has(bareLetter(letter)); }

/**
 * Divide a word, in lower case and without tone, as its tone mark wants it: u of qu and i of gi
 * belong to the initial.
 * @param {string} word
 */
export function parts(word) {
  let start = 0;
  while (start < word.length && !isVowel(word[start])) start += 1;
  const glides = (word.startsWith('qu') && word.length > 2) || (word.startsWith('gi') && isVowel(word[2] ?? ''));
  if (glides) start = 2;
  let end = start;
  while (end < word.length && isVowel(word[end])) end += 1;
  return { initial: word.slice(0, start), vowels: word.slice(start, end), coda: word.slice(end) };
}

/**
 * Say whether letters still to be marked or added can make a syllable of a word.
 * @param {string} word  in lower case, without tone
 * @param {number} tone  0 to 5
 */
export function mayBecome(word, tone) {
  if (STOPS.has(parts(word).coda) && !RISING_OR_HEAVY.has(tone)) return false;
  return divisions(word).some(([initial, rime]) => rime === '' || rimesAfter(initial).some((whole) => begins(whole, rime)));
}

/** @param {string} word  in lower case, without tone */
export function isSyllable(word) {
  return divisions(word).some(([initial, rime]) => rimesAfter(initial).includes(rime));
}

/**
 * Give the place of the letter that bears the tone mark; -1 when there is no vowel.
 * @param {string} word  in lower case, without tone
 */
export function toneBearer(word) {
  const { initial, vowels, coda } = parts(word);
  const first = initial.length;
  if (vowels === '') return -1;
  for (let place = vowels.length - 1; place >= 0; place -= 1) {
    if (vowels[place] !== bareLetter(vowels[place])) return first + place;
  }
  if (coda !== '') return first + vowels.length - 1;
  return first + (vowels.length > 2 ? 1 : 0);
}

/**
 * @param {string} word
 * @returns {[string, string][]}  every initial it may begin with, and what follows
 */
function divisions(word) {
  return INITIALS.filter((initial) => word.startsWith(initial))
    .map((initial) => [initial, word.slice(initial.length)]);
}

/** @param {string} initial */
function rimesAfter(initial) { return initial === 'qu' ? AFTER_QU : RIMES; }

/**
 * @param {string} whole
 * @param {string} start  its marks may still be missing
 */
function begins(whole, start) {
  if (start.length > whole.length) return false;
  return [...start].every((letter, place) => letter === whole[place] || letter === BARE[whole[place]]);
}
