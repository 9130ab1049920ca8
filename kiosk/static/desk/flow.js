/** Ask → Why → More → Thanks: one touch is enough, the rest may be left out. */

import { continueOnPhone } from './api.js';
import { Countdown } from './countdown.js';
import { whenHeld } from './holding.js';
import { Idle } from './idle.js';
import { Invitations } from './invitation.js';
import { officerOf } from './officer.js';
import { Sleep } from './sleep.js';
import { token } from './token.js';
import { Voice } from './voice.js';

/** @typedef {import('./api.js').Config} Config */

const THANKS_S = 5;
const REST_MS = 3_000;
const NOTHING_TO_IMPROVE = 'all_good';
const WITH_TEXT = ['more-send', 'phone-done'];

export class Flow {
  #page;
  #queue;
  #language;
  #reading;
  #idle = new Idle(() => this.#abandoned());
  /** @type {Promise<import('./scanning.js').Scanning> | null} loaded when somebody uses one switch */
  #scanning = null;
  #sleep;
  #voice;
  #thanks = new Countdown();
  /** @type {string | null} id of the record still open */
  #open = null;
  /** @type {Set<string>} */
  #reasons = new Set();
  /** @type {import('./more.js').More | null} loaded once somebody may want it */
  #more = null;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {Promise<import('./items.js').Items | null> | null} loaded when there are items to ask */
  #items = null;
  /** @type {import('./api.js').Item[]} those of the rating that is open */
  #asked = [];
  /** @type {import('./staff.js').Staff | null} loaded when staff want it */
  #staff = null;
  /** @type {import('./invitation.js').Invitation | null} what the next touch is about */
  #invitation = null;
  /** @type {import('./invitation.js').Invitation | null} the same, heard while somebody else is here */
  #next = null;
  /** Writes of one record follow each other. */
  #written = Promise.resolve();
  #busy = false;
  #restUntil = 0;
  /** @type {Config | null} */
  #config = null;
  #rested;
  #home;

  /**
   * @param {object} parts
   * @param {import('./page.js').Page} parts.page
   * @param {import('./queue.js').Queue} parts.queue
   * @param {import('./language.js').Language} parts.language
   * @param {import('./reading.js').Reading} parts.reading
   * @param {() => void} parts.rested  called whenever a record has been closed
   * @param {() => string} parts.home  the screen to rest on
   */
  constructor({ page, queue, language, reading, rested, home }) {
    this.#page = page;
    this.#queue = queue;
    this.#language = language;
    this.#reading = reading;
    this.#rested = rested;
    this.#home = home;
    this.#sleep = new Sleep(page, language, () => this.rest());
    this.#voice = new Voice(language);
    const arrows = () => void import('./arrows.js').then(({ followArrows }) => followArrows());
    document.addEventListener('keydown', arrows, { once: true });
    void new Invitations(paired, (invitation) => this.#invite(invitation), () => this.#invite(null));
    this.#listen();
  }

  /** Whether a resident is in the middle of something. */
  get engaged() { return this.#busy || this.#open !== null || this.#page.screen === 'thanks'; }

  /** @param {Config} config */
  configure(config) {
    this.#config = config;
    this.#sleep.configure(config.opens_at ?? null);
    if (config.items?.length) void this.#loadItems();
  }

  #loadItems() {
    this.#items ??= import('./items.js').then(
      ({ Items }) => new Items(this.#language, (answers) => this.#change({ answers })),
      () => { this.#items = null; return null; }, // without it the boxes are all
    );
    return this.#items;
  }

  /** Clean everything and show the resting screen. */
  rest() {
    this.#thanks.stop();
    this.#idle.stop();
    this.#reasons.clear();
    this.#page.choose(this.#reasons);
    void this.#items?.then((screen) => screen?.begin([]));
    this.#more?.clear();
    this.#language.reset();
    this.#reading.reset();
    this.#voice.reset();
    this.#staff?.close();
    this.#sleep.wait();
    this.#page.goOn(null);
    this.#page.show(this.#home());
    this.#restFaces();
  }

  #listen() {
    on('.face-btn', (face) => this.#rate(Number(face.dataset.score)));
    on('.choice[data-reason]', (box) => this.#toggle(box.dataset.reason ?? ''));
    on('#skip, #phone-done, #more-send', ({ id }) => this.#close('done', WITH_TEXT.includes(id)));
    on('#send', () => this.#turn(0));
    on('#items-next', () => this.#turn(1));
    on('#items-back', () => this.#turn(-1));
    on('#change-face', () => this.#page.show('ask'));
    on('#write-more', () => this.#write());
    on('#more-back', () => this.#page.show('why'));
    on('#want-answer', () => this.#goOn());
    on('#phone-back', () => this.#write());
    on('#thanks-done', () => this.rest());
    on('#staff-done, #pair-back', () => { if (this.#config !== null) this.rest(); });
    on('#pair-again', () => document.getElementById('pair')?.click());
    const corner = document.getElementById('corner');
    if (corner) whenHeld(corner, () => this.#openStaff());
    on('#language', () => {
      this.#language.turn();
      this.#watch();
    });
    on('#reading, #panel-done, #languages', () => this.#watch());
    this.#reading.onChange((choice, chosen) => {
      if (choice === 'scan') void this.#scan(chosen);
      this.#page.announce(this.#language.say(`${choice}_${chosen ? 'on' : 'off'}`));
      this.#watch();
    });
    // A switch without a pointer has no other way to begin.
    document.addEventListener('keydown', (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      if (document.activeElement?.matches('body, h1') && this.#config !== null) this.#reading.choose('scan', true);
    });
  }

  /** @param {number} score */
  async #rate(score) {
    if (this.#busy || this.#config === null) return;
    this.#busy = true;
    try {
      await this.#keep(score, this.#config);
      this.#page.show('why');
      this.#idle.watch();
      void this.#prepare();
    } finally {
      this.#busy = false;
    }
  }

  /**
   * @param {number} score
   * @param {Config} config
   */
  async #keep(score, config) {
    if (this.#open !== null) {
      await this.#queue.change(this.#open, { score });
      return;
    }
    const entry = await this.#queue.begin(score, {
      kiosk: config.kiosk.code,
      desk: config.desk.code,
      officer: officerOf(config)?.code ?? null,
      procedure: (this.#invitation?.procedure ?? config.procedure)?.code ?? null,
      dossier: this.#invitation?.dossier ?? null,
      questionnaire: config.questionnaire,
      language: this.#language.current,
    });
    this.#open = entry.id;
    this.#ask(config.items ?? []);
  }

  /** @param {import('./api.js').Item[]} items */
  #ask(items) {
    this.#asked = items;
    this.#page.asks(items.length > 0);
    if (items.length) void this.#loadItems().then((screen) => screen?.begin(items));
  }

  /**
   * From the boxes to the items, on, and back; after the last the rating is sent.
   * @param {number} step
   */
  async #turn(step) {
    const items = this.#asked.length ? await this.#loadItems() : null;
    if (items && (step === 0 || items.turn(step))) this.#page.show('items');
    else if (step < 0) this.#page.show('why');
    else await this.#close('done', true);
  }

  /** @param {boolean} on */
  async #scan(on) {
    this.#scanning ??= import('./scanning.js').then(({ Scanning }) => new Scanning(() => this.#idle.extend()));
    (await this.#scanning).set(on);
  }

  /** The field and its keyboard weigh a little: they come while the second screen is read. */
  #prepare() {
    this.#loading ??= import('./more.js').then(
      ({ More }) => { this.#more = new More(this.#language, (written) => this.#page.written(written)); },
      () => { this.#loading = null; }, // without them a real keyboard still writes
    );
    return this.#loading;
  }

  async #write() {
    this.#page.show('more');
    await this.#prepare();
    this.#more?.open();
  }

  /** Carry on by telephone; without a network the desk's own code does. */
  async #goOn() {
    this.#page.show('phone');
    const id = this.#open;
    const known = paired();
    const place = id === null || known === null ? null : await continueOnPhone(known, id);
    if (place !== null && id === this.#open) this.#page.goOn(place);
  }

  /**
   * Somebody rates: what comes now is for the next one.
   * @param {import('./invitation.js').Invitation | null} invitation
   */
  #invite(invitation) {
    this.#next = this.#open === null ? null : invitation;
    if (this.#config === null || this.#open !== null) return;
    this.#invitation = invitation;
    this.#page.invite(invitation);
    if (invitation !== null && ['ask', 'sleep', 'thanks'].includes(this.#page.screen)) this.rest();
  }

  async #openStaff() {
    const config = this.#config;
    if (config === null || this.engaged) return;
    if (this.#staff === null) {
      const { Staff } = await import('./staff.js');
      this.#staff = new Staff(this.#language, this.#queue, () => { if (this.#config) this.#page.apply(this.#config); });
    }
    this.#staff.open(config);
    this.#page.show('staff');
    this.#idle.watch();
  }

  /** @param {string} reason */
  #toggle(reason) {
    if (this.#open === null) return;
    const taken = !this.#reasons.delete(reason);
    if (taken) {
      // "All is well" and a wish contradict each other: the later touch stands.
      if (reason === NOTHING_TO_IMPROVE) this.#reasons.clear();
      else this.#reasons.delete(NOTHING_TO_IMPROVE);
      this.#reasons.add(reason);
    }
    this.#page.choose(this.#reasons);
    this.#change({ reasons: [...this.#reasons] });
  }

  /** @param {Partial<import('./record.js').Rating>} change */
  #change(change) {
    const id = this.#open;
    if (id !== null) this.#written = this.#written.then(() => this.#queue.change(id, change));
  }

  /**
   * @param {'done' | 'idle'} by
   * @param {boolean} [withText]  whether what was typed was sent too; otherwise nobody ever reads it
   */
  async #close(by, withText = false) {
    const id = this.#open;
    if (id === null || this.#busy) return;
    this.#busy = true;
    const comment = withText ? this.#more?.text ?? null : null;
    if (by === 'idle') this.#more?.clear();
    try {
      await this.#written;
      await this.#queue.close(id, by, { language: this.#language.current, ...(comment && { comment }) });
      this.#open = null;
      this.#invite(this.#next);
      this.#restUntil = performance.now() + REST_MS;
      if (by === 'done') this.#thank();
      else this.rest();
      this.#rested();
    } finally {
      this.#busy = false;
    }
  }

  #thank() {
    this.#idle.stop();
    this.#more?.clear();
    this.#page.show('thanks');
    this.#thanks.start(
      THANKS_S,
      (left) => this.#page.count(left, THANKS_S),
      () => this.rest(),
    );
  }

  #abandoned() {
    if (this.#open !== null) void this.#close('idle');
    else this.rest();
  }

  /** A changed language or text size is taken back too when nobody is there any more. */
  #watch() {
    if (this.#page.screen === 'thanks') return;
    const clean = this.#language.isFirst && this.#reading.isFirst;
    if (this.#open === null && clean && this.#page.screen !== 'staff') this.#idle.stop();
    else if (this.#config !== null) this.#idle.watch();
  }

  /** Hurried hands: after a rating the faces rest. */
  #restFaces() {
    const rest = this.#restUntil - performance.now();
    this.#page.rest(rest > 0);
    if (rest > 0) setTimeout(() => this.#page.rest(false), rest);
  }
}

/**
 * @param {string} selector
 * @param {(element: HTMLElement) => void} act
 */
function on(selector, act) {
  for (const element of document.querySelectorAll(selector)) {
    element.addEventListener('click', () => act(/** @type {HTMLElement} */ (element)));
  }
}

/** The token; a demonstration in a paired browser says nothing to the server. */
function paired() { return document.querySelector('.demo') ? null : token(); }
