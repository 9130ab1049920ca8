/** Where ratings wait: IndexedDB, each write on the disk before it is answered. */

import { counterOf } from './lines.js';
import { inOrder, later } from './record.js';

/** @typedef {import('./record.js').Entry} Entry */
/** @typedef {import('./lines.js').Known} Known */

/**
 * A rating the server has, exactly as it was sent; kept so that it can be sent again.
 * @typedef {object} Settled
 * @property {string} id
 * @property {string} kiosk  code of the kiosk as which it was sent
 * @property {number} at  server's time when it had it, milliseconds since 1970
 * @property {Entry} entry
 */

/**
 * What a batch came to: which ratings the server has, which it refuses and why.
 * @typedef {object} Outcome
 * @property {string[]} done
 * @property {Map<string, string>} refused
 * @property {string} kiosk
 * @property {number} at  server's time, milliseconds since 1970
 */

/** @typedef {{waiting: number, quarantined: number, oldest: number | null}} Counts */

const NAME = 'niemno-desk';
const VERSION = 2;
const EVERY = ['ratings', 'quarantine', 'settled', 'meta'];
const CLOSED = IDBKeyRange.bound([1, -Infinity], [1, Infinity]);

/**
 * Ratings, in IndexedDB: `ratings` waits, `quarantine` was refused and is kept, `settled` is on the
 * server and kept for a while, `meta` counts and notes.
 */
export class Store {
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;
  /** Whether the database was not there when this page opened it. */
  fresh = false;

  /**
   * Keep a new record and give it the next sequence of this kiosk, in one transaction.
   * @param {Entry} entry
   * @param {string} kiosk
   * @param {number} above  a sequence already known to be taken
   * @param {(entry: Entry) => void} numbered  told as soon as the number is known, before it is on the disk
   * @returns {Promise<Entry>}
   */
  add(entry, kiosk, above, numbered) {
    return this.#write(['ratings', 'meta'], (stores, give) => {
      const key = counterOf(kiosk);
      read(stores.meta.get(key), (/** @type {number | undefined} */ last) => {
        const sequence = Math.max(last ?? 0, above) + 1;
        const kept = { ...entry, rating: { ...entry.rating, sequence } };
        stores.meta.put(sequence, key);
        stores.ratings.add(kept);
        give(kept);
        numbered(kept);
      });
    });
  }

  /**
   * Write records that are not settled, unless what is there was written later.
   * @param {Entry[]} entries
   * @returns {Promise<void>}
   */
  put(entries) {
    return this.#write(['ratings', 'settled', 'quarantine'], (stores) => {
      for (const entry of entries) putUnsettled(stores, entry);
    });
  }

  /**
   * Never count below what the server has seen: the store may have been emptied.
   * @param {string} kiosk
   * @param {number} sequence
   * @returns {Promise<void>}
   */
  raise(kiosk, sequence) {
    return this.#write(['meta'], (stores) => raise(stores.meta, counterOf(kiosk), sequence));
  }

  /**
   * Set aside what the server has, and what it refused.
   * @param {Outcome} outcome
   * @returns {Promise<void>}
   */
  settle({ done, refused, kiosk, at }) {
    return this.#write(['ratings', 'quarantine', 'settled'], (stores) => {
      for (const id of done) {
        move(stores, id, (entry) => stores.settled.put({ id, kiosk, at, entry }));
      }
      for (const [id, reason] of refused) {
        move(stores, id, (entry) => stores.quarantine.put({ ...entry, reason }));
      }
    });
  }

  /**
   * Forget what the server has had since before a moment of its own clock.
   * @param {number} before  milliseconds since 1970
   * @returns {Promise<void>}
   */
  forget(before) {
    return this.#write(['settled'], (stores) => {
      const old = stores.settled.index('age').openKeyCursor(IDBKeyRange.upperBound(before, true));
      read(old, (/** @type {IDBCursor | null} */ cursor) => {
        if (!cursor) return;
        stores.settled.delete(cursor.primaryKey);
        cursor.continue();
      });
    });
  }

  /**
   * Put back what only the journal has, and never count below it.
   * @param {Known[]} records
   * @param {[string, string | number][]} notes
   * @param {[string, number][]} counters
   * @returns {Promise<void>}
   */
  restore(records, notes, counters) {
    return this.#write(EVERY, (stores) => {
      for (const [key, sequence] of counters) raise(stores.meta, key, sequence);
      for (const [key, value] of notes) {
        if (typeof value === 'string') absent(stores.meta, key, () => stores.meta.put(value, key));
      }
      for (const { entry, settled, reason } of records) {
        const { id } = entry;
        if (settled) {
          stores.ratings.delete(id);
          stores.settled.put({ id, entry, ...settled });
        } else if (reason !== undefined) {
          stores.ratings.delete(id);
          absent(stores.settled, id, () => stores.quarantine.put({ ...entry, reason }));
        } else {
          putUnsettled(stores, entry);
        }
      }
    });
  }

  /**
   * @param {string} key
   * @param {string} value
   * @returns {Promise<void>}
   */
  note(key, value) {
    return this.#write(['meta'], (stores) => { stores.meta.put(value, key); });
  }

  /**
   * @param {string} key
   * @returns {Promise<any>}
   */
  noted(key) { return this.#read('meta', (store) => store.get(key)); }

  /**
   * Give what is closed and waits, in order.
   * @param {number} most
   * @returns {Promise<Entry[]>}
   */
  batch(most) { return this.#read('ratings', (store) => store.index('order').getAll(CLOSED, most)); }

  /** @returns {Promise<Entry[]>} */
  waiting() { return this.#read('ratings', (store) => store.getAll()); }

  /** @returns {Promise<(Entry & {reason: string})[]>} */
  quarantined() { return this.#read('quarantine', (store) => store.getAll()); }

  /** @returns {Promise<Settled[]>} */
  settled() { return this.#read('settled', (store) => store.getAll()); }

  /** @returns {Promise<string[]>} */
  settledIds() {
    return /** @type {any} */ (this.#read('settled', (store) => store.getAllKeys()));
  }

  /**
   * Give settled records of a kiosk from a sequence on, in order.
   * @param {string} kiosk
   * @param {number} sequence
   * @param {number} most
   * @returns {Promise<Settled[]>}
   */
  settledFrom(kiosk, sequence, most) {
    const range = IDBKeyRange.bound([kiosk, sequence], [kiosk, Infinity]);
    return this.#read('settled', (store) => store.index('order').getAll(range, most));
  }

  /** @returns {Promise<Counts>} */
  async counts() {
    const [waiting, quarantined, [first]] = await Promise.all([
      this.#read('ratings', (store) => store.count()),
      this.#read('quarantine', (store) => store.count()),
      this.#read('ratings', (store) => store.index('order').getAll(null, 1)),
    ]);
    return { waiting, quarantined, oldest: first?.touched ?? null };
  }

  /** Throw a database away that cannot be opened; only when its records stand elsewhere. */
  async discard() {
    this.#database = null;
    await new Promise((resolve, reject) => {
      const asked = indexedDB.deleteDatabase(NAME);
      asked.onsuccess = () => resolve(null);
      asked.onerror = () => reject(asked.error);
      asked.onblocked = () => reject(new Error('another tab holds the database'));
    });
  }

  /**
   * @param {string} name
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>}
   */
  async #read(name, ask) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const asked = ask(database.transaction(name).objectStore(name));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  /**
   * Resolves when the transaction is complete on the disk, not before.
   * @template T
   * @param {string[]} names
   * @param {(stores: Record<string, IDBObjectStore>, give: (value: any) => void) => void} work
   * @returns {Promise<T>}
   */
  async #write(names, work) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      // The browser's default answers before the disk has it.
      const transaction = database.transaction(names, 'readwrite', { durability: 'strict' });
      /** @type {any} */
      let result;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error);
      const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
      work(stores, (value) => { result = value; });
    });
  }

  /** @returns {Promise<IDBDatabase>} */
  #open() {
    this.#database ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = ({ oldVersion }) => {
        this.fresh = oldVersion === 0;
        build(asked, oldVersion);
      };
      asked.onsuccess = () => {
        asked.result.onclose = () => { this.#database = null; };
        asked.result.onversionchange = () => { asked.result.close(); this.#database = null; };
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });
    this.#database.catch(() => { this.#database = null; });
    return this.#database;
  }
}

/**
 * @param {IDBOpenDBRequest} asked
 * @param {number} oldVersion
 */
function build(asked, oldVersion) {
  const database = asked.result;
  if (oldVersion < 1) {
    database.createObjectStore('ratings', { keyPath: 'id' });
    database.createObjectStore('quarantine', { keyPath: 'id' });
    database.createObjectStore('meta');
  }
  const ratings = /** @type {IDBTransaction} */ (asked.transaction).objectStore('ratings');
  ratings.createIndex('order', ['closed', 'rating.sequence']);
  const settled = database.createObjectStore('settled', { keyPath: 'id' });
  settled.createIndex('order', ['kiosk', 'entry.rating.sequence']);
  settled.createIndex('age', 'at');
}

/** What is known in memory only: for the demonstration, and while the disk refuses. */
export class MemoryStore {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** @type {Map<string, Entry & {reason: string}>} */
  #refused = new Map();

  /** @param {Entry[]} entries */
  put(entries) {
    for (const entry of entries) {
      this.#entries.set(entry.id, later(this.#entries.get(entry.id), entry));
    }
  }

  /** @param {Pick<Outcome, 'done' | 'refused'>} outcome */
  settle({ done, refused }) {
    for (const id of done) this.#entries.delete(id);
    for (const [id, reason] of refused) {
      const entry = this.#entries.get(id);
      if (entry) this.#refused.set(id, { ...entry, reason });
      this.#entries.delete(id);
    }
  }

  /** @param {Entry[]} entries  which stand elsewhere by now */
  drop(entries) { for (const { id } of entries) this.#entries.delete(id); }

  /** @param {string} id */
  get(id) { return this.#entries.get(id); }

  waiting() { return [...this.#entries.values()].sort(inOrder); }

  quarantined() { return [...this.#refused.values()]; }
}

/**
 * @param {Record<string, IDBObjectStore>} stores
 * @param {Entry} entry
 */
function putUnsettled(stores, entry) {
  absent(stores.settled, entry.id, () => absent(stores.quarantine, entry.id, () => {
    read(stores.ratings.get(entry.id), (/** @type {Entry | undefined} */ there) => {
      stores.ratings.put(later(there, entry));
    });
  }));
}

/**
 * @param {Record<string, IDBObjectStore>} stores
 * @param {string} id
 * @param {(entry: Entry) => void} keep
 */
function move(stores, id, keep) {
  read(stores.ratings.get(id), (/** @type {Entry | undefined} */ entry) => {
    if (entry) keep(entry);
    stores.ratings.delete(id);
  });
}

/**
 * @param {IDBObjectStore} meta
 * @param {string} key
 * @param {number} sequence
 */
function raise(meta, key, sequence) {
  read(meta.get(key), (/** @type {number | undefined} */ last) => {
    if (sequence > (last ?? 0)) meta.put(sequence, key);
  });
}

/**
 * @param {IDBObjectStore} store
 * @param {string} key
 * @param {() => void} then
 */
function absent(store, key, then) {
  read(store.getKey(key), (found) => { if (found === undefined) then(); });
}

/**
 * @param {IDBRequest} request
 * @param {(value: any) => void} then
 */
function read(request, then) {
  request.onsuccess = () => then(request.result);
}
