/** The desk screen starts here: demonstration, paired, or asking to be paired. */

import { readScreen, sendRatings } from './api.js';
import { Copies } from './copies.js';
import { Flow } from './flow.js';
import { Installation, VERSION } from './installation.js';
import { Journal } from './journal.js';
import { Language } from './language.js';
import { CHOICE, recallOfficer } from './officer.js';
import { Page } from './page.js';
import { keepPhotos } from './photo.js';
import { Pairing } from './pairing.js';
import { Queue } from './queue.js';
import { Reading } from './reading.js';
import { BOOT, localIso } from './record.js';
import { Store } from './store.js';
import { forgetConfig, handedOver, keepConfig, keepToken, lastConfig, token } from './token.js';
import { Alone, Turn } from './turn.js';

/** @typedef {import('./api.js').Config} Config */

const REFRESH_MS = 60_000;
const RETRY_MS = 5_000;
// Kept with the ratings too: localStorage does not survive every power cut.
const TOKEN = 'token';
const CONFIG = 'config';
const AT_REST = ['ask', 'sleep', 'start', 'unreached', 'loading'];
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
    copies: new Copies(null, null),
    turn: new Alone(),
    place: () => ({ kiosk: config.kiosk.code, desk: config.desk.code }),
    send: async (ratings) => ({
      kind: 'settled',
      done: ratings.map((rating) => rating.id),
      refused: new Map(),
      told: {},
    }),
    heard: () => undefined,
  });
  const flow = new Flow({ page, queue, language, reading: new Reading(), rested: () => undefined, home: () => 'ask' });
  void queue.open();
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
  #copies = new Copies(
    new Store(),
    typeof navigator.storage?.getDirectory === 'function' ? new Journal() : null,
  );
  #queue = new Queue({
    copies: this.#copies,
    turn: new Turn(),
    place: () => (this.#config ? placeOf(this.#config) : null),
    send: (ratings) => sendRatings(token() ?? '', ratings),
    heard: (state) => this.#heard(state),
  });
  #reading = new Reading();
  #installation = new Installation(() => this.#resting);
  #pairing = new Pairing(
    this.#page,
    this.#language,
    (value) => this.#paired(value),
    () => this.#installation.obstacle(),
  );
  #flow = new Flow({
    page: this.#page,
    queue: this.#queue,
    language: this.#language,
    reading: this.#reading,
    rested: () => this.refresh(),
    home: () => (this.#refused === null ? 'ask' : 'start'),
  });

  /** Whether nobody would notice the screen starting again. */
  get #resting() {
    const clean = this.#language.isFirst && this.#reading.isFirst && !this.#flow.engaged;
    return clean && AT_REST.includes(this.#page.screen);
  }

  async start() {
    void navigator.storage?.persist?.().catch(() => false);
    const opened = this.#queue.open();
    await this.#takeHandedOver();
    if (token() === null) await this.#remember();
    setInterval(() => this.refresh(), REFRESH_MS);
    window.addEventListener('online', () => setTimeout(() => this.refresh()));
    window.addEventListener('hashchange', async () => {
      await this.#takeHandedOver();
      void this.#begin();
    });
    const begun = this.#begin();
    await opened;
    await this.#recallOfficer();
    await begun;
    void this.#installation.renew();
  }

  /** Take a token that was handed over in the address, unless this screen must not be paired. */
  async #takeHandedOver() {
    const value = handedOver();
    if (value === null) return;
    const obstacle = await this.#installation.obstacle();
    if (obstacle === null) this.#keep(value);
    else this.#page.trouble(obstacle);
  }

  /** What localStorage has lost may stand with the ratings. */
  async #remember() {
    const [value, config] = await Promise.all([this.#copies.noted(TOKEN), this.#copies.noted(CONFIG)]);
    if (!value) return;
    keepToken(value);
    if (config) keepConfig(JSON.parse(config));
  }

  /** Who was chosen at the desk just before a power cut serves still. */
  async #recallOfficer() {
    if (recallOfficer(await this.#queue.noted(CHOICE)) && this.#config) this.#page.apply(this.#config);
  }

  /** @param {string} value */
  #keep(value) {
    keepToken(value);
    void this.#copies.note(TOKEN, value);
  }

  async #begin() {
    if (token() === null) {
      this.#page.show('start');
      const obstacle = await this.#installation.obstacle();
      if (obstacle !== null) this.#page.trouble(obstacle);
      return;
    }
    const known = /** @type {Config | null} */ (lastConfig());
    if (known) this.#take(known);
    await this.refresh();
    if (this.#config !== null || this.#refused !== null) return;
    this.#page.show('unreached');
    setTimeout(() => this.#begin(), RETRY_MS);
  }

  /** Hear from the server, then take a newer screen: what is on its way then may not arrive. */
  async refresh() {
    await this.#hear();
    void this.#installation.renew();
  }

  /** Tell the server how this screen is, and ask what it should show. */
  async #hear() {
    void this.#queue.mend();
    const value = token();
    if (value === null) return;
    const answer = await readScreen(value, this.#queue.sends ? await this.#report() : null);
    if (value !== token()) return;
    if (answer === null) {
      this.#page.online('screen', false);
    } else if ('refused' in answer) {
      this.#refuse(answer.refused);
    } else {
      this.#page.online('screen', true);
      this.#keepConfig(answer.config);
      await this.#queue.told(placeOf(answer.config), answer.told);
      this.#take(answer.config);
      void keepPhotos([answer.config.officer, ...answer.config.officers ?? []]);
    }
  }

  /** @param {Config} config */
  #keepConfig(config) {
    const before = JSON.stringify(unnumbered(lastConfig() ?? {}));
    keepConfig(config);
    const after = JSON.stringify(unnumbered(config));
    if (before !== after) void this.#copies.note(CONFIG, JSON.stringify(config));
  }

  async #report() {
    const { waiting, quarantined, oldest_waiting_at, storage } = await this.#queue.state();
    return {
      device_time: localIso(new Date()),
      boot: BOOT,
      uptime_ms: Math.round(performance.now()),
      waiting,
      quarantined,
      oldest_waiting_at,
      persisted: await navigator.storage?.persisted?.().catch(() => null) ?? null,
      version: VERSION,
      storage,
    };
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
    this.#keep(value);
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

/**
 * @param {Config} config
 * @returns {import('./queue.js').Place}
 */
function placeOf(config) { return { kiosk: config.kiosk.code, desk: config.desk.code }; }

/**
 * Give what of a state is worth writing again when it changes.
 * @param {Record<string, unknown>} config
 */
function unnumbered({ server_time, next_sequence, highest_sequence, ...config }) { return config; }

const sample = embedded('demonstration');
if (sample) demonstrate(sample);
else void new Kiosk().start();
