/** Two copies of every record, IndexedDB and the journal: what one of them loses, the other gives back. */

import { counterOf, eventsOf } from './lines.js';
import { BOOT, later } from './record.js';
import { MemoryStore } from './store.js';

/** @typedef {import('./record.js').Entry} Entry */
/** @typedef {import('./lines.js').Event} Event */
/** @typedef {import('./lines.js').Known} Known */
/** @typedef {import('./journal.js').Left} Left */
/** @typedef {import('./store.js').Outcome} Outcome */
/** @typedef {import('./store.js').Settled} Settled */
/** @typedef {'ok' | 'rebuilt' | 'journal_only' | 'database_only' | 'memory'} Storage */

/**
 * What the database has.
 * @typedef {object} Had
 * @property {Map<string, Entry>} waiting
 * @property {Map<string, Entry & {reason: string}>} quarantined
 * @property {Set<string>} settled
 */

const PATIENCE_MS = 2_000;
const SHORT_PATIENCE_MS = 200; // for a copy that has just been found broken
const START_PATIENCE_MS = 10_000;
const STEP_MS = 50;
const SWEEP_MS = 120_000;

export class Copies {
  #store;
  #journal;
  // Takes over when IndexedDB refuses a touch: better sent from memory than lost.
  #spare = new MemoryStore();
  /** @type {Map<string, Entry>} records this page has begun and not closed */
  #open = new Map();
  /** @type {Map<string, number>} the highest sequence known of each kiosk */
  #last = new Map();
  #broken = { database: false, journal: false };
  #rebuilt = false;
  #sole = false;
  /** @type {(opened: Promise<void>) => void} */
  #opened = () => undefined;
  /** @type {Promise<void>} nothing is read or written before both copies are open and equal */
  #ready = new Promise((resolve) => { this.#opened = resolve; });

  /**
   * @param {import('./store.js').Store | null} store  null for a demonstration: nothing is kept
   * @param {import('./journal.js').Journal | null} journal  null where the browser has none
   */
  constructor(store, journal) {
    this.#store = store;
    this.#journal = journal;
  }

  /** @returns {Storage} how well what is touched now is kept */
  get storage() {
    const database = this.#store !== null && !this.#broken.database;
    const journal = this.#journal !== null && !this.#broken.journal;
    if (database && journal) return this.#rebuilt ? 'rebuilt' : 'ok';
    if (database) return 'database_only';
    return journal ? 'journal_only' : 'memory';
  }

  /**
   * Open both copies; as the only tab that tends them, also make them equal.
   * @param {boolean} sole
   * @param {number} keepFrom  server's time in milliseconds: older settled records are let go
   */
  open(sole, keepFrom) {
    this.#sole ||= sole;
    const opened = this.#sole ? this.#adopt(keepFrom) : this.#beginJournal();
    this.#opened(opened.catch(() => undefined));
    return opened;
  }

  /**
   * Keep a new record, with the next sequence of its kiosk; resolves when it is safe.
   * @param {Entry} entry
   * @param {string} kiosk
   * @returns {Promise<Entry>}
   */
  async add(entry, kiosk) {
    await this.#ready;
    const last = this.#last.get(kiosk) ?? 0;
    /** @type {Entry | null} */
    let kept = null;
    /** @type {Promise<boolean>} */
    let journalled = Promise.resolve(false);
    const number = (/** @type {Entry} */ numbered) => {
      if (kept) return;
      kept = numbered;
      this.#open.set(numbered.id, numbered);
      this.#last.set(kiosk, numbered.rating.sequence);
      journalled = this.#toJournal([{ kept: numbered }]);
    };
    const stored = await this.#toDatabase((store) => store.add(entry, kiosk, last, number));
    number({ ...entry, rating: { ...entry.rating, sequence: last + 1 } });
    const numbered = /** @type {Entry} */ (/** @type {unknown} */ (kept));
    if (!stored) this.#spare.put([numbered]);
    await journalled;
    return numbered;
  }

  /**
   * Change a record that is still open; a closed one stays as it is.
   * @param {string} id
   * @param {(entry: Entry) => Entry} change
   */
  async change(id, change) {
    const before = this.#open.get(id) ?? (await this.waiting()).find((entry) => entry.id === id);
    if (before === undefined || before.closed) return;
    const entry = change(before);
    if (entry.closed) this.#open.delete(id);
    else this.#open.set(id, entry);
    const [stored] = await Promise.all([
      this.#toDatabase((store) => store.put([entry])),
      this.#toJournal([{ kept: entry }]),
    ]);
    if (!stored || this.#spare.get(id)) this.#spare.put([entry]);
  }

  /**
   * Never count below what the server has seen.
   * @param {string} kiosk
   * @param {number} sequence
   */
  async raise(kiosk, sequence) {
    await this.#ready;
    if (sequence <= (this.#last.get(kiosk) ?? 0)) return;
    this.#last.set(kiosk, sequence);
    await Promise.all([
      this.#toDatabase((store) => store.raise(kiosk, sequence)),
      this.#toJournal([{ noted: [counterOf(kiosk), sequence] }]),
    ]);
  }

  /** @param {Outcome} outcome */
  async settle(outcome) {
    const { done, refused, kiosk, at } = outcome;
    if (done.length + refused.size === 0) return;
    this.#spare.settle(outcome);
    await Promise.all([
      this.#toDatabase((store) => store.settle(outcome)),
      this.#toJournal([{ settled: done, kiosk, at }, { refused: [...refused] }]),
    ]);
  }

  /**
   * Keep something that must outlive a power cut.
   * @param {string} key
   * @param {string} value
   */
  async note(key, value) {
    await this.#ready;
    await Promise.all([
      this.#toDatabase((store) => store.note(key, value)),
      this.#toJournal([{ noted: [key, value] }]),
    ]);
  }

  /**
   * @param {string} key
   * @returns {Promise<string | undefined>}
   */
  async noted(key) {
    await this.#ready;
    return this.#fromDatabase((store) => store.noted(key), undefined);
  }

  /**
   * Let go of what the server has had since before a moment of its own clock.
   * @param {number} before  milliseconds since 1970
   */
  async forget(before) { await this.#toDatabase((store) => store.forget(before)); }

  /**
   * Give what is closed and waits, in order.
   * @param {number} most
   * @param {boolean} ownOnly  only what no other tab can know of
   */
  async batch(most, ownOnly) {
    await this.#ready;
    const spare = this.#spare.waiting().filter((entry) => entry.closed);
    if (ownOnly) return spare.slice(0, most);
    const stored = await this.#fromDatabase((store) => store.batch(most), []);
    return together(stored, spare).slice(0, most);
  }

  /** @returns {Promise<Entry[]>} everything that waits, open or closed */
  async waiting() {
    await this.#ready;
    const stored = await this.#fromDatabase((store) => store.waiting(), []);
    return together(stored, this.#spare.waiting());
  }

  /** @returns {Promise<(Entry & {reason: string})[]>} */
  async quarantined() {
    await this.#ready;
    const stored = await this.#fromDatabase((store) => store.quarantined(), []);
    return together(stored, this.#spare.quarantined());
  }

  /** @returns {Promise<Settled[]>} */
  settled() { return this.#fromDatabase((store) => store.settled(), []); }

  /**
   * @param {string} kiosk
   * @param {number} sequence
   * @param {number} most
   * @returns {Promise<Settled[] | null>} null when the database does not answer
   */
  settledFrom(kiosk, sequence, most) {
    return this.#fromDatabase((store) => store.settledFrom(kiosk, sequence, most), null);
  }

  /** @returns {Promise<import('./store.js').Counts>} */
  async counts() {
    await this.#ready;
    const refused = this.#spare.quarantined().length;
    if (this.#spare.waiting().length + refused === 0) {
      const stored = await this.#fromDatabase((store) => store.counts(), null);
      if (stored !== null) return stored;
    }
    const waiting = await this.waiting();
    const quarantined = (await this.quarantined()).length;
    return { waiting: waiting.length, quarantined, oldest: waiting[0]?.touched ?? null };
  }

  /**
   * Try again what was broken.
   * @param {number} keepFrom
   */
  async mend(keepFrom) {
    const spare = this.#spare.waiting();
    if (spare.length > 0 && await this.#toDatabase((store) => store.put(spare))) this.#spare.drop(spare);
    if (!this.#broken.journal) return;
    this.#journal?.abandon();
    await this.open(this.#sole, keepFrom);
  }

  async #beginJournal() {
    await this.#safely('journal', this.#journal, (journal) => journal.begin(BOOT), START_PATIENCE_MS);
  }

  /** @param {number} keepFrom */
  async #adopt(keepFrom) {
    const [left, had] = await Promise.all([
      this.#safely('journal', this.#journal, (journal) => journal.adopt(BOOT, keepFrom), START_PATIENCE_MS),
      this.#had(),
    ]);
    for (const [key, sequence] of left?.counters ?? []) {
      const kiosk = key.slice(counterOf('').length);
      this.#last.set(kiosk, Math.max(this.#last.get(kiosk) ?? 0, sequence));
    }
    if (left) {
      await this.#fillDatabase(left, had ?? (await this.#rebuild()));
      setTimeout(() => this.#journal?.sweep().catch(() => undefined), SWEEP_MS);
    }
    if (left && had) await this.#fillJournal(left, had);
  }

  /** @returns {Promise<Had | null>} */
  async #had() {
    return this.#safely('database', this.#store, async (store) => {
      const [waiting, quarantined, settled] = await Promise.all([
        store.waiting(),
        store.quarantined(),
        store.settledIds(),
      ]);
      return { waiting: byId(waiting), quarantined: byId(quarantined), settled: new Set(settled) };
    }, START_PATIENCE_MS);
  }

  /** A database that does not open any more is made anew: the journal has its records. */
  async #rebuild() {
    await this.#store?.discard().catch(() => undefined);
    return this.#had();
  }

  /**
   * @param {Left} left
   * @param {Had | null} had
   */
  async #fillDatabase({ records, notes, counters }, had) {
    const missing = had === null ? records : records.filter((record) => lacks(had, record));
    // A journal that was only mended brings records a new database has from this very page.
    this.#rebuilt ||= Boolean(this.#store?.fresh) && missing.length > 0;
    if (missing.length === 0 && !this.#store?.fresh) return;
    if (await this.#toDatabase((store) => store.restore(missing, notes, counters))) return;
    const waiting = missing.filter((record) => !record.settled && record.reason === undefined);
    this.#spare.put(waiting.map((record) => record.entry));
  }

  /**
   * @param {Left} left
   * @param {Had} had
   */
  async #fillJournal({ records }, had) {
    const told = new Map(records.map((record) => [record.entry.id, record]));
    /** @type {Known[]} */
    const missing = [];
    for (const entry of had.waiting.values()) {
      const known = told.get(entry.id);
      if (known === undefined || later(known.entry, entry) !== known.entry) missing.push({ entry });
    }
    for (const { reason, ...entry } of had.quarantined.values()) {
      const known = told.get(entry.id);
      if (!known?.settled && known?.reason === undefined) missing.push({ entry, reason });
    }
    if ([...had.settled].some((id) => !told.get(id)?.settled)) {
      for (const { id, entry, kiosk, at } of await this.settled()) {
        if (!told.get(id)?.settled) missing.push({ entry, settled: { kiosk, at } });
      }
    }
    if (missing.length > 0) await this.#toJournal(eventsOf(missing));
  }

  /** @param {Event[]} events */
  async #toJournal(events) {
    return (await this.#safely('journal', this.#journal, async (journal) => {
      await journal.append(events);
      return true;
    })) ?? false;
  }

  /** @param {(store: import('./store.js').Store) => Promise<unknown>} work */
  async #toDatabase(work) {
    return (await this.#safely('database', this.#store, async (store) => {
      await work(store);
      return true;
    })) ?? false;
  }

  /**
   * @template T
   * @param {(store: import('./store.js').Store) => Promise<T>} work
   * @param {T} otherwise
   * @returns {Promise<T>}
   */
  async #fromDatabase(work, otherwise) {
    return (await this.#safely('database', this.#store, work, START_PATIENCE_MS)) ?? otherwise;
  }

  /**
   * Use one copy; null when it is broken or does not answer in time.
   * @template C, T
   * @param {'database' | 'journal'} name
   * @param {C | null} copy
   * @param {(copy: C) => Promise<T>} work
   * @param {number} patience  milliseconds
   * @returns {Promise<T | null>}
   */
  async #safely(name, copy, work, patience = this.#broken[name] ? SHORT_PATIENCE_MS : PATIENCE_MS) {
    if (copy === null) return null;
    try {
      const value = await within(work(copy), patience);
      this.#broken[name] = false;
      return value;
    } catch {
      this.#broken[name] = true;
      return null;
    }
  }
}

/**
 * Wait for an answer, in small steps: after a standstill of the whole page the time would be over
 * before an answer that lies ready is looked at.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} patience  milliseconds
 * @returns {Promise<T>}
 */
function within(promise, patience) {
  return new Promise((resolve, reject) => {
    let left = patience / STEP_MS;
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) reject(new Error('no answer'));
    }, STEP_MS);
    promise.then(resolve, reject);
    promise.finally(() => clearInterval(timer)).catch(() => undefined);
  });
}

/**
 * @param {Had} had
 * @param {Known} record
 */
function lacks(had, { entry, settled, reason }) {
  if (had.settled.has(entry.id)) return false;
  if (settled) return true;
  if (had.quarantined.has(entry.id)) return false;
  if (reason !== undefined) return true;
  const there = had.waiting.get(entry.id);
  return later(there, entry) !== there;
}

/**
 * @template {Entry} E
 * @param {E[]} entries
 * @returns {Map<string, E>}
 */
function byId(entries) { return new Map(entries.map((entry) => [entry.id, entry])); }

/**
 * Join two lists; what stands in both is taken from the second, in the order of the sequence.
 * @template {Entry} E
 * @param {E[]} stored
 * @param {E[]} spare
 * @returns {E[]}
 */
function together(stored, spare) {
  if (spare.length === 0) return stored;
  const joined = [...byId([...stored, ...spare]).values()];
  return joined.sort((one, other) => one.rating.sequence - other.rating.sequence);
}
