/** The queue of ratings: written before the screen moves, closed once, sent until the server has them. */

import { begun, changed, closed } from './record.js';
import { MemoryStore } from './store.js';

/** @typedef {import('./record.js').Entry} Entry */
/** @typedef {import('./record.js').Rating} Rating */
/** @typedef {import('./record.js').Shown} Shown */
/** @typedef {import('./store.js').Store} Store */

const BATCH = 500;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

export class Queue {
  /** @type {Store | MemoryStore} */
  #store;
  // Takes over when the disk refuses a touch: better sent from memory than lost.
  #spare = new MemoryStore();
  #send;
  #heard;
  #last = 0;
  #waiting = 0;
  #batch = BATCH;
  #wait = FIRST_WAIT_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #sending = false;
  #again = false;
  #stopped = false;
  #notBefore = 0;

  /**
   * @param {object} parts
   * @param {Store | MemoryStore} parts.store
   * @param {(ratings: Rating[]) => Promise<import('./api.js').Delivery>} parts.send
   * @param {() => string | null} parts.desk  where the kiosk stands now; null sends nothing
   * @param {(state: {waiting: number, reached: boolean | null, refused: number | null}) => void} parts.heard
   */
  constructor({ store, send, desk, heard }) {
    this.#store = store;
    this.#send = send;
    this.desk = desk;
    this.#heard = heard;
    window.addEventListener('online', () => this.flush());
  }

  /**
   * Write the touch; resolves when it is on the disk.
   * @param {number} score
   * @param {Shown} shown
   * @returns {Promise<Entry>}
   */
  async begin(score, shown) {
    const entry = begun(score, shown);
    let kept;
    try {
      kept = await this.#store.add(entry, shown.kiosk);
    } catch {
      await this.#spare.raise(shown.kiosk, this.#last);
      kept = await this.#spare.add(entry, shown.kiosk);
    }
    this.#last = kept.rating.sequence;
    this.#tell(this.#waiting + 1);
    return kept;
  }

  /**
   * @param {string} id
   * @param {Partial<Rating>} change
   */
  change(id, change) {
    return this.#update(id, (entry) => changed(entry, change));
  }

  /**
   * Close a record for ever and send it.
   * @param {string} id
   * @param {'done' | 'idle'} by
   * @param {Partial<Rating>} change  what is known at the end, such as the language read
   */
  async close(id, by, change = {}) {
    await this.#update(id, (entry) => closed(changed(entry, change), by, Date.now()));
    void this.flush();
  }

  /** Close what a crash or a power cut left open: the touch counts, nobody said more. */
  async recover() {
    const left = (await this.#all()).filter((entry) => !entry.closed);
    for (const entry of left) {
      await this.#update(entry.id, (open) => closed(open, 'idle', open.changed));
    }
    void this.flush();
  }

  /**
   * @param {string} kiosk
   * @param {number} highest  the highest sequence the server has seen
   */
  async raise(kiosk, highest) {
    await this.#store.raise(kiosk, highest).catch(() => undefined);
  }

  /** Begin sending again after a new token. */
  resume() {
    this.#stopped = false;
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
    } finally {
      this.#sending = false;
    }
  }

  /** @returns {Promise<boolean>} whether to go on at once */
  async #sendBatch() {
    const all = await this.#all();
    const desk = this.desk();
    const batch = all.filter((entry) => entry.closed && entry.desk === desk).slice(0, this.#batch);
    this.#tell(all.length);
    if (batch.length === 0) return false;
    const delivery = await this.#send(batch.map((entry) => entry.rating));
    if (delivery.kind === 'settled') return this.#settle(delivery.done, delivery.refused);
    if (delivery.kind === 'unreadable') return this.#divide(batch, delivery.reason);
    if (delivery.kind === 'unpaired') {
      this.#stopped = true;
      this.#tell(all.length, true, delivery.status);
    } else {
      this.#tell(all.length, false);
      this.#later(delivery.after);
    }
    return false;
  }

  /**
   * @param {string[]} done
   * @param {Map<string, string>} refused
   */
  async #settle(done, refused) {
    await this.#store.settle(done, refused);
    await this.#spare.settle(done, refused);
    const nothing = done.length + refused.size === 0;
    this.#tell((await this.#all()).length, !nothing);
    if (nothing) {
      this.#later(null);
      return false;
    }
    this.#wait = FIRST_WAIT_MS;
    this.#batch = BATCH;
    return true;
  }

  /**
   * A batch the server cannot read is halved until the one record it chokes on stands alone.
   * @param {Entry[]} batch
   * @param {string} reason
   */
  async #divide(batch, reason) {
    if (batch.length === 1) return this.#settle([], new Map([[batch[0].id, reason]]));
    this.#batch = Math.ceil(batch.length / 2);
    return true;
  }

  /** @param {number | null} after  milliseconds the server asked for */
  #later(after) {
    // Spread, so that the kiosks of a hall do not all come back at once.
    const spread = this.#wait * (0.5 + Math.random() / 2);
    const wait = Math.min(after ?? spread, LONGEST_WAIT_MS);
    if (after !== null) this.#notBefore = performance.now() + wait;
    this.#timer = setTimeout(() => this.flush(), wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
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

  /**
   * @param {string} id
   * @param {(entry: Entry) => Entry} change
   */
  async #update(id, change) {
    await this.#spare.change(id, change);
    await this.#store.change(id, change).catch(() => undefined);
  }

  /** @returns {Promise<Entry[]>} */
  async #all() {
    const kept = await this.#store.all().catch(() => []);
    return [...kept, ...(await this.#spare.all())];
  }
}
