/** The desk screen starts here: demonstration, paired, or asking to be paired. */

import { readScreen, sendRatings } from './api.js';
import { Flow } from './flow.js';
import { Language } from './language.js';
import { Page } from './page.js';
import { Pairing } from './pairing.js';
import { Queue } from './queue.js';
import { Reading } from './reading.js';
import { MemoryStore, Store } from './store.js';
import { forgetConfig, keepConfig, keepToken, lastConfig, takeHandedOver, token } from './token.js';

/** @typedef {import('./api.js').Config} Config */

const REFRESH_MS = 60_000;
const RETRY_MS = 5_000;
const REFUSALS = /** @type {Record<number, string>} */ ({ 401: 'refused_401', 403: 'refused_403' });

/** @param {string} id */
function embedded(id) {
  return JSON.parse(document.getElementById(id)?.textContent || 'null');
}

/** The demonstration: the same screens, nothing sent, nothing kept. */
function demonstrate(/** @type {Config} */ config) {
  const language = new Language(embedded('texts'), 'vi');
  const page = new Page(language);
  const queue = new Queue({
    store: new MemoryStore(),
    desk: () => config.desk.code,
    send: async (ratings) => ({
      kind: 'settled',
      done: ratings.map((rating) => rating.id),
      refused: new Map(),
    }),
    heard: () => undefined,
  });
  const flow = new Flow({ page, queue, language, reading: new Reading(), rested: () => undefined, home: () => 'ask' });
  page.apply(config);
  flow.configure(config);
  flow.rest();
}

class Kiosk {
  /** @type {Config | null} */
  #config = null;
  /** @type {number | null} status with which the token was refused */
  #refused = null;
  #language = new Language(embedded('texts'), 'vi');
  #page = new Page(this.#language);
  #queue = new Queue({
    store: new Store(),
    desk: () => this.#config?.desk.code ?? null,
    send: (ratings) => sendRatings(token() ?? '', ratings),
    heard: (state) => this.#heard(state),
  });
  #pairing = new Pairing(this.#page, this.#language, (value) => this.#paired(value));
  #flow = new Flow({
    page: this.#page,
    queue: this.#queue,
    language: this.#language,
    reading: new Reading(),
    rested: () => this.refresh(),
    home: () => (this.#refused === null ? 'ask' : 'start'),
  });

  async start() {
    takeHandedOver();
    void navigator.storage?.persist?.().catch(() => false);
    await this.#queue.recover();
    setInterval(() => this.refresh(), REFRESH_MS);
    window.addEventListener('hashchange', () => {
      takeHandedOver();
      void this.#begin();
    });
    await this.#begin();
  }

  async #begin() {
    if (token() === null) {
      this.#page.show('start');
      return;
    }
    const known = /** @type {Config | null} */ (lastConfig());
    if (known) this.#take(known);
    await this.refresh();
    if (this.#config !== null || this.#refused !== null) return;
    this.#page.show('unreached');
    setTimeout(() => this.#begin(), RETRY_MS);
  }

  /** Ask the server what the screen should show. */
  async refresh() {
    const value = token();
    if (value === null) return;
    const answer = await readScreen(value);
    if (value !== token()) return;
    if (answer === null) {
      this.#page.online('screen', false);
    } else if ('refused' in answer) {
      this.#refuse(answer.refused);
    } else {
      this.#page.online('screen', true);
      keepConfig(answer.config);
      await this.#queue.raise(answer.config.kiosk.code, answer.config.highest_sequence ?? 0);
      this.#take(answer.config);
    }
  }

  /** @param {Config} config */
  #take(config) {
    const first = this.#config === null || this.#refused !== null;
    this.#config = config;
    this.#refused = null;
    this.#page.trouble(null);
    this.#page.apply(config);
    this.#flow.configure(config);
    if (!first) return;
    this.#pairing.stop();
    this.#queue.resume();
    this.#flow.rest();
  }

  /** @param {string} value */
  #paired(value) {
    keepToken(value);
    forgetConfig();
    this.#config = null;
    this.#refused = null;
    this.#page.show('unreached');
    void this.#begin();
  }

  /** @param {number} status */
  #refuse(status) {
    this.#refused = status;
    this.#page.trouble(REFUSALS[status] ?? 'refused_401');
    if (this.#flow.engaged || ['start', 'pairing'].includes(this.#page.screen)) return;
    this.#flow.rest();
  }

  /** @param {{waiting: number, reached: boolean | null, refused: number | null}} state */
  #heard({ waiting, reached, refused }) {
    this.#page.kept(waiting);
    if (reached !== null) this.#page.online('ratings', reached);
    if (refused !== null) this.#refuse(refused);
  }
}

const sample = embedded('demonstration');
if (sample) demonstrate(sample);
else void new Kiosk().start();
