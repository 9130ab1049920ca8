/** The page itself: which screen shows, and what the server told about desk, officer and boxes. */

import { drawRing } from './countdown.js';
import { officerOf } from './officer.js';
import { hideMissing, keepPicture } from './pictures.js';
import { showPhoto } from './photo.js';
import { fitPanel } from './size.js';

/** @typedef {import('./api.js').Config} Config */
/** @typedef {import('./language.js').Language} Language */

const SETTLE_MS = 300;

export class Page {
  #language;
  #screen = document.body.dataset.screen ?? 'loading';
  #chosen = 0;
  #asks = false;
  #written = false;
  /** @type {import('./invitation.js').Invitation | null} */
  #invitation = null;
  /** @type {Config | null} */
  #config = null;
  /** @type {Set<string>} */
  #confidential = new Set();
  #left = { seconds: 0, whole: 1 };
  #kept = 0;
  #reached = { screen: true, ratings: true };
  /** @type {string | null} */
  #trouble = null;

  /** @param {Language} language */
  constructor(language) {
    this.#language = language;
    language.onChange(() => this.#repaint());
    hideMissing(document.querySelectorAll('img.qr'));
  }

  get screen() { return this.#screen; }

  /**
   * Show one screen. The finger of the touch before must not press what appears under it.
   * @param {string} name
   */
  show(name) {
    this.#screen = name;
    document.body.dataset.screen = name;
    for (const screen of document.querySelectorAll('.screen')) {
      /** @type {HTMLElement} */ (screen).hidden = screen.id !== name;
    }
    document.body.classList.add('settling');
    setTimeout(() => document.body.classList.remove('settling'), SETTLE_MS);
    const heading = /** @type {HTMLElement | null} */ (document.querySelector(`#${name} h1`));
    heading?.focus({ preventScroll: true });
    if (heading) document.title = heading.textContent ?? document.title;
  }

  /** @param {Config} config */
  apply(config) {
    this.#config = config;
    fitPanel(config.panel_inches);
    const officer = officerOf(config);
    const procedure = this.#invitation?.procedure ?? config.procedure;
    const dossier = this.#invitation?.dossier ?? null;
    write('unit', config.unit.name);
    write('desk', config.desk.name);
    write('officer-name', officer?.name ?? '');
    write('officer-post', officer?.post ?? '');
    write('procedure-name', procedure?.name ?? '');
    write('dossier-code', dossier ?? '');
    reveal('officer', officer !== null);
    void showPhoto(officer);
    reveal('procedure', procedure !== null);
    reveal('dossier', dossier !== null);
    reveal('serve', officer !== null || procedure !== null || dossier !== null);
    reveal('sample', config.sample);
    this.#applyBoxes(config);
    this.#applyPhone(config);
    this.#language.offer(config.languages);
  }

  /** @param {import('./invitation.js').Invitation | null} invitation  what the next rating is about */
  invite(invitation) {
    this.#invitation = invitation;
    if (this.#config) this.apply(this.#config);
  }

  /** @param {{url: string, qr: string} | null} place  where a telephone carries on just this rating */
  goOn(place) {
    const { phone_url: url = null, phone_qr: qr = null } = this.#config ?? {};
    document.querySelector('#phone img.qr')?.setAttribute('src', place?.qr ?? qr ?? '');
    writeAddress('phone-address', bareAddress(place?.url ?? url));
    reveal('phone-once', place !== null);
  }

  /** @param {Config} config */
  #applyBoxes(config) {
    const group = /** @type {HTMLElement} */ (document.getElementById('choices'));
    const boxes = this.boxes();
    const offered = new Map(config.reasons.map(({ code, confidential }) => [code, confidential]));
    this.#confidential = new Set([...offered].filter(([, sealed]) => sealed).map(([code]) => code));
    const order = [...offered.keys()];
    const place = (/** @type {HTMLElement} */ box) => order.indexOf(box.dataset.reason ?? '');
    for (const box of boxes) {
      box.hidden = place(box) < 0;
      const kept = box.querySelector('small');
      if (kept) kept.hidden = !offered.get(box.dataset.reason ?? '');
    }
    const sorted = [...boxes].sort((one, other) => place(one) - place(other));
    // Moving a box would take the focus from it, so only when the order really differs.
    if (sorted.some((box, index) => box !== boxes[index])) group.append(...sorted);
  }

  /** @param {Config} config */
  #applyPhone(config) {
    for (const image of document.querySelectorAll('img.qr:not(#phone img)')) {
      if (config.phone_qr && image.getAttribute('src') !== config.phone_qr) {
        image.setAttribute('src', config.phone_qr);
      }
    }
    if (config.phone_qr) void keepPicture(config.phone_qr);
    revealAll('[data-phone]', config.phone_qr !== null);
    revealAll('[data-reachable]', !config.phones_cannot_reach);
    revealAll('[data-unreachable]', config.phones_cannot_reach);
    if (this.#screen !== 'phone') this.goOn(null);
  }

  /** @returns {HTMLElement[]} */
  boxes() {
    return [...document.querySelectorAll('.choice[data-reason]')].map((box) => /** @type {HTMLElement} */ (box));
  }

  /** @param {Set<string>} reasons */
  choose(reasons) {
    for (const box of this.boxes()) {
      box.setAttribute('aria-checked', String(reasons.has(box.dataset.reason ?? '')));
    }
    this.#chosen = reasons.size;
    const confidential = [...reasons].some((reason) => this.#confidential.has(reason));
    revealAll('[data-sealed]', confidential);
    revealAll('[data-open]', !confidential);
    this.#paintSend();
  }

  /** @param {boolean} asks  whether items follow the boxes */
  asks(asks) {
    this.#asks = asks;
    this.#paintSend();
  }

  /** @param {boolean} written  whether there is a comment to be sent */
  written(written) {
    if (written === this.#written) return;
    this.#written = written;
    this.#paintSend();
  }

  /** @param {boolean} resting */
  rest(resting) {
    for (const face of document.querySelectorAll('.face-btn')) {
      /** @type {HTMLButtonElement} */ (face).disabled = resting;
    }
  }

  /**
   * @param {number} seconds
   * @param {number} whole
   */
  count(seconds, whole) {
    this.#left = { seconds, whole };
    this.#paintCount();
  }

  /**
   * @param {'screen' | 'ratings'} way
   * @param {boolean} reached
   */
  online(way, reached) {
    this.#reached[way] = reached;
    reveal('offline', !(this.#reached.screen && this.#reached.ratings));
  }

  /** @param {number} waiting  records still on this device */
  kept(waiting) {
    document.body.dataset.kept = String(waiting);
    this.#kept = waiting;
    this.#paintStart();
  }

  /** @param {string | null} key  of the words that say why the screen is not paired */
  trouble(key) {
    this.#trouble = key;
    this.#paintStart();
  }

  /** @param {string} words */
  announce(words) { write('spoken', words); }

  #repaint() {
    this.#paintSend();
    this.#paintCount();
    this.#paintStart();
    document.title = document.querySelector(`#${this.#screen} h1`)?.textContent ?? document.title;
  }

  #paintSend() {
    const chosen = ['send_none', 'send_one'][this.#chosen] ?? 'send_many';
    const send = this.#written ? 'send_all' : chosen;
    write('send-words', this.#language.say(this.#asks ? 'next' : send, { n: this.#chosen }));
    const enable = (/** @type {string} */ id, /** @type {boolean} */ able) => {
      /** @type {HTMLButtonElement} */ (document.getElementById(id)).disabled = !able;
    };
    enable('send', this.#asks || this.#written || this.#chosen > 0);
    enable('more-send', this.#written);
  }

  #paintCount() {
    const { seconds, whole } = this.#left;
    write('back-words', this.#language.say('back_in', { n: seconds }));
    const ring = document.getElementById('thanks-ring');
    if (ring) drawRing(ring, seconds, whole);
  }

  #paintStart() {
    reveal('trouble', this.#trouble !== null);
    write('trouble-words', this.#trouble ? this.#language.say(this.#trouble) : '');
    reveal('kept', this.#kept > 0);
    write('kept', this.#language.say('kept', { n: this.#kept }));
  }
}

/**
 * An address breaks before its code, so that whoever types it has the code on one line.
 * @param {string} id
 * @param {string} address
 */
function writeAddress(id, address) {
  const code = address.lastIndexOf('/') + 1;
  document.getElementById(id)?.replaceChildren(
    address.slice(0, code), document.createElement('wbr'), address.slice(code));
}

/**
 * @param {string} id
 * @param {string} text
 */
export function write(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} id
 * @param {boolean} shown
 */
export function reveal(id, shown) {
  const element = document.getElementById(id);
  if (element) element.hidden = !shown;
}

/**
 * @param {string} selector
 * @param {boolean} shown
 */
function revealAll(selector, shown) {
  for (const element of document.querySelectorAll(selector)) {
    /** @type {HTMLElement} */ (element).hidden = !shown;
  }
}

/** @param {string | null} url */
function bareAddress(url) { return (url ?? '').replace(/^https?:\/\//, ''); }
