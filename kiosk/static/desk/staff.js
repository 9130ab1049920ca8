/** The staff corner: how this screen stands, what it still holds, and who serves; behind a number. */

import { Keyboard } from './keyboard.js';
import { CHOICE, chooseOfficer, isChosenHere, officerOf } from './officer.js';
import { reveal, write } from './page.js';

/** @typedef {import('./api.js').Config} Config */
/** @typedef {import('./language.js').Language} Language */
/** @typedef {import('./queue.js').Queue} Queue */

const DIGITS = 6;
const TRIES = 5;
const REST_MS = 60_000;
const LOCKED = '#locked'; // as deploy/kiosk starts the browser: its policies let no file be saved
const WRONG = 'pin_wrong'; // under which wrong tries are kept: starting anew gives no new ones

export class Staff {
  #language;
  #queue;
  #changed;
  #typed = '';
  #tries = 0;
  #restUntil = 0;
  #recalled;
  /** @type {Config | null} */
  #config = null;
  #pad;

  /**
   * @param {Language} language
   * @param {Queue} queue
   * @param {() => void} changed  called when another officer was chosen
   */
  constructor(language, queue, changed) {
    this.#language = language;
    this.#queue = queue;
    this.#changed = changed;
    this.#pad = new Keyboard(/** @type {HTMLElement} */ (document.getElementById('pin-keys')), language, {
      type: (key) => this.#type(key),
      insert: (key) => this.#type(key),
      erase: () => this.#show(this.#typed.slice(0, -1)),
      done: () => this.#check(),
      method: () => undefined,
      begins: () => false,
    });
    document.getElementById('staff')?.addEventListener('keydown', ({ key }) => {
      if (/^\d$/.test(key)) this.#type(key);
      if (key === 'Backspace') this.#show(this.#typed.slice(0, -1));
    });
    document.getElementById('export')?.addEventListener('click', () => this.#export());
    language.onChange(() => this.#paint());
    this.#recalled = this.#recall();
  }

  /** Go on counting after a restart; whatever the clock did meanwhile, the rest ends after a minute. */
  async #recall() {
    const { tries = 0, at = 0 } = JSON.parse(await this.#queue.noted(WRONG) ?? '{}');
    this.#tries = tries;
    if (tries > 0 && tries % TRIES === 0 && Date.now() < at + REST_MS) {
      this.#restUntil = performance.now() + Math.min(REST_MS, at + REST_MS - Date.now());
    }
  }

  /** @param {number} tries  wrong ones since the last right one */
  #count(tries) {
    this.#tries = tries;
    return this.#queue.note(WRONG, JSON.stringify({ tries, at: Date.now() }));
  }

  /** @param {Config} config */
  open(config) {
    this.#config = config;
    this.close();
    this.#pad.reset('pad');
    reveal('export', location.hash !== LOCKED);
    reveal('export-locked', location.hash === LOCKED);
    write('pin-state', this.#language.say('pin_how'));
  }

  /** Nobody comes in without the number again. */
  close() {
    this.#show('');
    reveal('locked', true);
    reveal('unlocked', false);
  }

  /** @param {string} digit */
  #type(digit) {
    if (this.#typed.length >= DIGITS) return;
    this.#show(this.#typed + digit);
    if (this.#typed.length === DIGITS) void this.#check();
  }

  /** @param {string} typed */
  #show(typed) {
    this.#typed = typed;
    write('pin', '●'.repeat(typed.length) + '○'.repeat(DIGITS - typed.length));
  }

  async #check() {
    const typed = this.#typed;
    this.#show('');
    await this.#recalled;
    if (performance.now() < this.#restUntil) {
      write('pin-state', this.#language.say('pin_rest'));
      return;
    }
    const pin = this.#config?.staff;
    if (pin && await digestOf(typed, pin.salt, pin.rounds) === pin.digest) {
      void this.#count(0);
      reveal('locked', false);
      reveal('unlocked', true);
      this.#paint();
      document.getElementById('staff-title')?.focus();
      return;
    }
    const counted = this.#count(this.#tries + 1);
    if (this.#tries % TRIES === 0) this.#restUntil = performance.now() + REST_MS;
    await counted;
    write('pin-state', this.#language.say(pin ? 'pin_wrong' : 'pin_none'));
  }

  async #paint() {
    const config = this.#config;
    if (config === null || document.getElementById('unlocked')?.hidden) return;
    const { waiting, quarantined, storage, clock_offset_ms, last_contact } = await this.#queue.state();
    const say = (/** @type {string} */ key, values = {}) => this.#language.say(key, values);
    const spoken = this.#language.spokenOf('staff_contact');
    const minutes = clock_offset_ms === null ? null : Math.round(clock_offset_ms / 60_000);
    const seconds = clock_offset_ms === null ? 0 : Math.round(clock_offset_ms / 1_000);
    const facts = [
      ['staff_desk', `${config.desk.name} · ${config.unit.name}`],
      ['staff_kiosk', `${config.kiosk.code} · ${document.querySelector('meta[name="version"]')?.getAttribute('content') ?? ''}`],
      ['staff_queue', say('staff_queue_is', { waiting, quarantined })],
      ['staff_contact', last_contact === null ? '–' : new Date(last_contact.server).toLocaleString(spoken, { timeZone: config.zone })],
      ['staff_clock', minutes ? say('staff_minutes', { n: minutes }) : say('staff_seconds', { n: seconds })],
      ['staff_storage', say(`storage_${storage}`)],
    ];
    document.getElementById('facts')?.replaceChildren(...facts.flatMap(([key, value]) => [made('dt', say(key)), made('dd', value)]));
    this.#paintOfficers(config);
  }

  /** @param {Config} config */
  #paintOfficers(config) {
    const place = document.getElementById('officers');
    const present = officerOf(config)?.code;
    const choices = (config.officers ?? []).map((officer) => {
      const button = made('button', officer.name);
      button.append(made('small', officer.post));
      button.setAttribute('aria-pressed', String(officer.code === present));
      button.addEventListener('click', () => this.#choose(config, officer.code === config.officer?.code ? null : officer));
      return button;
    });
    for (const button of choices) {
      button.setAttribute('type', 'button');
      button.className = 'd-btn';
    }
    place?.replaceChildren(...choices);
    reveal('by-plan', isChosenHere(config));
    reveal('nobody', choices.length === 0);
  }

  /**
   * @param {Config} config
   * @param {import('./officer.js').Officer | null} officer
   */
  #choose(config, officer) {
    void this.#queue.note(CHOICE, chooseOfficer(config, officer));
    this.#paintOfficers(config);
    this.#changed();
  }

  async #export() {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await this.#queue.exportQueue());
    link.download = `niemno-${this.#config?.kiosk.code ?? 'kiosk'}-${new Date().toISOString().slice(0, 10)}.jsonl`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), REST_MS);
  }
}

/**
 * @param {string} tag
 * @param {string} text
 */
function made(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/**
 * @param {string} typed
 * @param {string} salt  hex
 * @param {number} rounds
 */
async function digestOf(typed, salt, rounds) {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(typed), 'PBKDF2', false, ['deriveBits']);
  const bytes = Uint8Array.from(salt.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytes, iterations: rounds }, key, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
