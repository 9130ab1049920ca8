/** The short items of a questionnaire after the boxes: a few lines a page, one answer a line. */

/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./api.js').Item} Item */
/** @typedef {{label?: string, words?: string, score?: number}} Look  how an answer is written, or which face it is */

const MOST_LINES = 4;
const WORDED = ['reception', 'premises']; // groups with a heading of their own
const COUNTS = ['1', '2', '3', '4+'];
/** @type {Record<string, [unknown, Look][]>} what may be answered, in the order shown */
const ANSWERS = {
  scale: [1, 2, 3, 4, 5].map((score) => [score, { label: `face_${score}`, score }]),
  count: COUNTS.map((words, place) => [place + 1, { words }]),
  yes_no: [[false, { label: 'no' }], [true, { label: 'yes' }]],
};

export class Items {
  #language;
  #answered;
  #place = element('item-lines');
  /** @type {Item[]} */
  #items = [];
  /** @type {Item[][]} */
  #pages = [];
  #page = 0;
  /** @type {Map<string, unknown>} */
  #answers = new Map();

  /**
   * @param {Language} language
   * @param {(answers: Record<string, unknown>) => void} answered  called with all answers whenever one changes
   */
  constructor(language, answered) {
    this.#language = language;
    this.#answered = answered;
    language.onChange(() => this.#write());
    window.addEventListener('resize', () => this.#arrange());
  }

  /** @param {Item[]} items */
  begin(items) {
    this.#items = items;
    this.#answers.clear();
    this.#pages = [];
    this.#arrange();
  }

  /** Put the items on pages that fit, and stay where somebody is. */
  #arrange() {
    const first = this.#pages[this.#page]?.[0];
    this.#pages = paged(this.#items, Number(document.documentElement.dataset.lines ?? MOST_LINES));
    this.#page = Math.max(0, this.#pages.findIndex((page) => first !== undefined && page.includes(first)));
    this.#draw();
  }

  /**
   * Turn the page; false when there is no other in that direction.
   * @param {number} step
   */
  turn(step) {
    if (!this.#pages[this.#page + step]) return false;
    this.#page += step;
    this.#draw();
    return true;
  }

  #draw() {
    const items = this.#pages[this.#page] ?? [];
    const scaled = items.some(({ kind }) => kind === 'scale');
    element('items-title').dataset.text = `items_${heading(items[0])}`;
    element('items-how').dataset.text = scaled ? 'items_scale' : 'items_how';
    element('items-next-words').dataset.text = this.#pages[this.#page + 1] ? 'next' : 'send_all';
    this.#place.replaceChildren(...items.map((item) => this.#line(item)));
    this.#write();
  }

  /** @param {Item} item */
  #line(item) {
    const line = document.createElement('div');
    line.className = 'item';
    line.role = 'group';
    line.setAttribute('aria-labelledby', `item-${item.code}`);
    const words = document.createElement('div');
    words.className = 'words';
    const question = document.createElement('p');
    question.id = `item-${item.code}`;
    words.append(question);
    const sealed = item.confidential && document.querySelector('.choice small')?.cloneNode(true);
    if (sealed instanceof HTMLElement) {
      sealed.hidden = false;
      words.append(sealed);
    }
    line.append(words, ...ANSWERS[item.kind].map(([value, look]) => this.#button(item, value, look)));
    return line;
  }

  /**
   * @param {Item} item
   * @param {unknown} value
   * @param {Look} look
   */
  #button(item, value, { label, words, score }) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'd-btn';
    button.dataset.answer = `${item.code}=${value}`;
    button.setAttribute('aria-pressed', String(this.#answers.get(item.code) === value));
    const face = score && document.querySelector(`.face-btn[data-score="${score}"] .face`);
    if (face) button.append(face.cloneNode(true));
    if (face) button.dataset.label = label;
    else if (label) button.dataset.text = label;
    else button.textContent = words ?? '';
    button.addEventListener('click', () => this.#answer(item, value));
    return button;
  }

  /**
   * The same answer touched again is taken back.
   * @param {Item} item
   * @param {unknown} value
   */
  #answer(item, value) {
    if (this.#answers.get(item.code) === value) this.#answers.delete(item.code);
    else this.#answers.set(item.code, value);
    for (const [other] of ANSWERS[item.kind]) {
      this.#place.querySelector(`[data-answer="${item.code}=${other}"]`)
        ?.setAttribute('aria-pressed', String(this.#answers.get(item.code) === other));
    }
    this.#answered(Object.fromEntries(this.#answers));
  }

  /** Write the lines in the language of the screen; what is not translated stands whole in Vietnamese. */
  #write() {
    const items = this.#pages[this.#page] ?? [];
    const language = this.#language.current;
    for (const { code, texts } of items) {
      const words = element(`item-${code}`);
      words.textContent = texts[language] ?? texts.vi;
      words.lang = language in texts ? language : 'vi';
    }
    this.#language.paint(element('items'));
    // What is heard of this page; half of it would mislead.
    const parts = [`${language}-${element('items-title').dataset.text}`, `${language}-${element('items-how').dataset.text}`,
      ...items.map(({ texts, heard }) => spoken(heard, language in texts ? language : 'vi'))];
    element('items').dataset.parts = JSON.stringify(parts.includes('') ? [] : parts);
  }
}

/**
 * Put items of one heading on pages of a few lines.
 * @param {Item[]} items
 * @param {number} fitting  lines there is room for
 */
function paged(items, fitting) {
  const most = Math.min(MOST_LINES, fitting);
  /** @type {Item[][]} */
  const pages = [];
  for (const item of items.filter(({ kind }) => kind in ANSWERS)) {
    const last = pages.at(-1);
    const same = last && heading(last[0]) === heading(item) && last.length < most;
    if (same) last.push(item);
    else pages.push([item]);
  }
  return pages;
}

/**
 * @param {Record<string, string> | undefined} heard
 * @param {string} language
 */
function spoken(heard, language) { return heard?.[language] ? `${language}-${heard[language]}` : ''; }

/** @param {Item | undefined} item */
function heading(item) { return item && WORDED.includes(item.group) ? item.group : 'other'; }

/** @param {string} id */
function element(id) { return /** @type {HTMLElement} */ (document.getElementById(id)); }
