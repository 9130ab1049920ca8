/** The queue of ratings: written before the screen moves, closed once, sent until the server has them. */

import { contact } from './contact.js';
import { begun, changed, closed, localIso } from './record.js';
import { keepFrom, Retention } from './retention.js';

/** @typedef {import('./record.js').Entry} Entry */
/** @typedef {import('./record.js').Rating} Rating */
/** @typedef {import('./record.js').Shown} Shown */
/** @typedef {import('./api.js').Delivery} Delivery */
/** @typedef {import('./api.js').Told} Told */
/** @typedef {{kiosk: string, desk: string}} Place */

const BATCH = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
const FORGET_EVERY_MS = 3_600_000;

export class Queue {
  #copies;
  #send;
  #place;
  #heard;
  #turn;
  #retention = new Retention();
  #waiting = 0;
  #batch = BATCH;
  #wait = FIRST_WAIT_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #sending = false;
  #again = false;
  #stopped = false;
  #notBefore = 0;
  // The server answered and could not take them: it is given the whole time to recover.
  #turnedAway = false;
  #forgetAt = 0;

  /**
   * @param {object} parts
   * @param {import('./copies.js').Copies} parts.copies
   * @param {import('./turn.js').Turn | import('./turn.js').Alone} parts.turn
   * @param {(ratings: Rating[]) => Promise<Delivery>} parts.send
   * @param {() => Place | null} parts.place  where the kiosk stands now; null sends nothing
   * @param {(state: {waiting: number, reached: boolean | null, refused: number | null}) => void} parts.heard
   */
  constructor({ copies, turn, send, place, heard }) {
    this.#copies = copies;
    this.#turn = turn;
    this.#send = send;
    this.#place = place;
    this.#heard = heard;
    window.addEventListener('online', () => {
      this.#wait = FIRST_WAIT_MS;
      void this.flush();
    });
  }

  /** Open what is kept; the tab whose turn it is closes what a crash has left open, and sends. */
  async open() {
    const sole = await this.#turn.take(() => this.#tend());
    this.#turn.onPoke(() => this.#poked());
    await this.#copies.open(sole, this.#keepFrom());
    if (sole) await this.#recover();
    else await this.#count();
  }

  /** Whether this tab sends and reports; of several tabs only one does. */
  get sends() { return this.#turn.mine; }

  /**
   * Write the touch; resolves when it is on the disk.
   * @param {number} score
   * @param {Shown} shown
   * @returns {Promise<Entry>}
   */
  async begin(score, shown) {
    const kept = await this.#copies.add(begun(score, shown), shown.kiosk);
    this.#tell(this.#waiting + 1);
    return kept;
  }

  /**
   * @param {string} id
   * @param {Partial<Rating>} change
   */
  change(id, change) {
    return this.#copies.change(id, (entry) => changed(entry, change));
  }

  /**
   * Close a record for ever and send it.
   * @param {string} id
   * @param {'done' | 'idle'} by
   * @param {Partial<Rating>} change  what is known at the end, such as the language read
   */
  async close(id, by, change = {}) {
    await this.#copies.change(id, (entry) => closed(changed(entry, change), by, Date.now()));
    void this.flush();
  }

  /**
   * Take what the server says of this kiosk's numbers, outside an answer to ratings.
   * @param {Place} place
   * @param {Told} told
   */
  async told(place, told) {
    await this.#copies.raise(place.kiosk, told.highest ?? 0);
    this.#retention.heard(place.kiosk, told.next, told.highest);
    if (!this.#turnedAway) void this.flush();
  }

  /** Try again what was broken in the memory; asked every minute. */
  mend() { return this.#copies.mend(this.#keepFrom()); }

  /** How it stands, for the report to the server and for staff. */
  async state() {
    const { waiting, quarantined, oldest } = await this.#copies.counts();
    return {
      waiting,
      quarantined,
      oldest_waiting_at: oldest === null ? null : localIso(new Date(oldest)),
      storage: this.#copies.storage,
      sends: this.sends,
      clock_offset_ms: contact.offset,
      last_contact: contact.last,
    };
  }

  /**
   * Keep something that must outlive a power cut, with the ratings.
   * @param {string} key
   * @param {string} value
   */
  note(key, value) { return this.#copies.note(key, value); }

  /** @param {string} key */
  noted(key) { return this.#copies.noted(key); }

  /** Give everything on this device as JSON lines: what waits, what was refused, what the server has. */
  async exportQueue() {
    const { exported } = await import('./exporting.js'); // seldom wanted
    return exported(this.#copies);
  }

  /** Begin sending again after a new token. */
  resume() {
    this.#stopped = false;
    this.#turnedAway = false;
    this.#notBefore = 0;
    this.#wait = FIRST_WAIT_MS;
    void this.flush();
  }

  /** Send what is closed until nothing is left or the server asks to wait. */
  async flush() {
    this.#again = true; // a record closed while a batch is under way goes with the next
    if (this.#sending || this.#stopped) return;
    clearTimeout(this.#timer);
    const early = this.#notBefore - performance.now();
    if (early > 0) {
      this.#timer = setTimeout(() => this.flush(), early);
      return;
    }
    this.#sending = true;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (await this.#sendBatch());
      }
      if (!this.#turn.mine) this.#turn.poke();
    } finally {
      this.#sending = false;
    }
  }

  /** Take over from a tab that was closed. */
  async #tend() {
    await this.#copies.open(true, this.#keepFrom());
    await this.#recover();
  }

  /** Another tab has touched or sent something. */
  #poked() {
    if (this.#turn.mine) void this.flush();
    else void this.#count();
  }

  /** Close what a crash or a power cut left open: the touch counts, nobody said more. */
  async #recover() {
    const living = await this.#turn.living();
    for (const entry of await this.#copies.waiting()) {
      if (entry.closed || living.has(entry.rating.boot)) continue;
      await this.#copies.change(entry.id, (open) => closed(open, 'idle', open.changed));
    }
    void this.flush();
  }

  /** @returns {Promise<boolean>} whether to go on at once */
  async #sendBatch() {
    const place = this.#place();
    const batch = await this.#copies.batch(this.#batch, !this.#turn.mine);
    await this.#count();
    if (place === null) return false;
    if (batch.length === 0) return this.#turn.mine && this.#sendAgain(place);
    const delivery = await this.#send(batch.map((entry) => asSent(entry, place)));
    if (delivery.kind === 'settled') return this.#settle(place, delivery);
    if (delivery.kind === 'unreadable') return this.#divide(place, batch, delivery.reason);
    return this.#waits(delivery);
  }

  /**
   * Give a server what it has lost.
   * @param {Place} place
   */
  async #sendAgain(place) {
    const settled = await this.#retention.batch(this.#copies, this.#batch);
    if (settled.length === 0) return false;
    const delivery = await this.#send(settled.map(({ entry }) => asSent(entry, place)));
    if (delivery.kind === 'unreadable') {
      if (settled.length === 1) this.#retention.answered(settled);
      this.#batch = Math.ceil(settled.length / 2);
      return true;
    }
    if (delivery.kind !== 'settled') return this.#waits(delivery);
    if (delivery.done.length + delivery.refused.size > 0) this.#retention.answered(settled);
    return this.#settle(place, { ...delivery, refused: new Map() });
  }

  /** @param {Extract<Delivery, {kind: 'unpaired' | 'later'}>} delivery */
  #waits(delivery) {
    if (delivery.kind === 'unpaired') {
      this.#stopped = true;
      this.#tell(this.#waiting, true, delivery.status);
    } else {
      this.#tell(this.#waiting, false);
      this.#turnedAway = delivery.answered;
      this.#later(delivery.after);
    }
    return false;
  }

  /**
   * @param {Place} place
   * @param {Extract<Delivery, {kind: 'settled'}>} delivery
   */
  async #settle(place, { done, refused, told }) {
    const at = told.server ?? contact.server ?? Date.now();
    await this.#copies.settle({ done, refused, kiosk: place.kiosk, at });
    this.#retention.heard(place.kiosk, told.next, told.highest);
    const nothing = done.length + refused.size === 0;
    await this.#count();
    this.#tell(this.#waiting, !nothing);
    if (nothing) {
      this.#turnedAway = true;
      this.#later(null);
      return false;
    }
    this.#wait = FIRST_WAIT_MS;
    this.#batch = BATCH;
    this.#turnedAway = false;
    if (this.#turn.mine) this.#turn.poke();
    await this.#forget();
    return true;
  }

  /**
   * A batch the server cannot read is halved until the one record it chokes on stands alone.
   * @param {Place} place
   * @param {Entry[]} batch
   * @param {string} reason
   */
  async #divide(place, batch, reason) {
    if (batch.length === 1) {
      const refused = new Map([[batch[0].id, reason]]);
      return this.#settle(place, { kind: 'settled', done: [], refused, told: {} });
    }
    this.#batch = Math.ceil(batch.length / 2);
    return true;
  }

  /** Let go, now and then, of what the server has had for long. */
  async #forget() {
    if (contact.server === null || performance.now() < this.#forgetAt) return;
    this.#forgetAt = performance.now() + FORGET_EVERY_MS;
    await this.#copies.forget(this.#keepFrom());
  }

  #keepFrom() { return keepFrom(contact.server); }

  /** @param {number | null} after  milliseconds the server asked for */
  #later(after) {
    // Spread, so that the kiosks of a hall do not all come back at once.
    const spread = this.#wait * (0.5 + Math.random() / 2);
    const wait = Math.min(after ?? spread, LONGEST_WAIT_MS);
    if (after !== null) this.#notBefore = performance.now() + wait;
    this.#again = false; // what was closed meanwhile waits, too
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }

  async #count() {
    const { waiting } = await this.#copies.counts();
    this.#tell(waiting);
  }

  /**
   * @param {number} waiting
   * @param {boolean | null} reached
   * @param {number | null} refused
   */
  #tell(waiting, reached = null, refused = null) {
    this.#waiting = waiting;
    this.#heard({ waiting, reached, refused });
  }
}

/**
 * Give a rating as it goes over the wire. It names its desk itself; one kept by an older screen
 * does so only when the kiosk has moved since, so that it stays what was perhaps sent before.
 * @param {Entry} entry
 * @param {Place} place
 * @returns {Rating}
 */
function asSent({ rating, desk }, place) {
  return rating.desk !== undefined || desk === place.desk ? rating : { ...rating, desk };
}
