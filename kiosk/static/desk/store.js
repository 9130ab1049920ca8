/** Where ratings wait: IndexedDB, each write on the disk before it is answered. */

/** @typedef {import('./record.js').Entry} Entry */

const NAME = 'niemno-desk';
const VERSION = 1;

/**
 * Ratings, in IndexedDB: `ratings` waits, `quarantine` was refused and is kept, `meta` counts.
 */
export class Store {
  /** @type {Promise<IDBDatabase> | null} */
  #database = null;

  /**
   * Keep a new record and give it the next sequence of this kiosk, in one transaction.
   * @param {Entry} entry
   * @param {string} kiosk
   * @returns {Promise<Entry>}
   */
  add(entry, kiosk) {
    return this.#write(['ratings', 'meta'], (stores, give) => {
      const key = `sequence:${kiosk}`;
      read(stores.meta.get(key), (/** @type {number | undefined} */ last) => {
        const sequence = (last ?? 0) + 1;
        const numbered = { ...entry, rating: { ...entry.rating, sequence } };
        stores.meta.put(sequence, key);
        stores.ratings.add(numbered);
        give(numbered);
      });
    });
  }

  /**
   * Change a record that is still open; a closed one stays as it is.
   * @param {string} id
   * @param {(entry: Entry) => Entry} change
   * @returns {Promise<void>}
   */
  change(id, change) {
    return this.#write(['ratings'], (stores) => {
      read(stores.ratings.get(id), (/** @type {Entry | undefined} */ entry) => {
        if (entry && !entry.closed) stores.ratings.put(change(entry));
      });
    });
  }

  /**
   * Never count below what the server has seen: the store may have been emptied.
   * @param {string} kiosk
   * @param {number} sequence
   * @returns {Promise<void>}
   */
  raise(kiosk, sequence) {
    return this.#write(['meta'], (stores) => {
      const key = `sequence:${kiosk}`;
      read(stores.meta.get(key), (/** @type {number | undefined} */ last) => {
        if (sequence > (last ?? 0)) stores.meta.put(sequence, key);
      });
    });
  }

  /**
   * Forget what the server has, keep aside what it refused.
   * @param {string[]} done
   * @param {Map<string, string>} refused  id and reason
   * @returns {Promise<void>}
   */
  settle(done, refused) {
    return this.#write(['ratings', 'quarantine'], (stores) => {
      for (const id of done) stores.ratings.delete(id);
      for (const [id, reason] of refused) {
        read(stores.ratings.get(id), (/** @type {Entry | undefined} */ entry) => {
          if (entry) stores.quarantine.put({ ...entry, reason });
          stores.ratings.delete(id);
        });
      }
    });
  }

  /**
   * Give everything that waits, in the order touched.
   * @returns {Promise<Entry[]>}
   */
  async all() {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const asked = database.transaction('ratings').objectStore('ratings').getAll();
      asked.onsuccess = () => resolve(asked.result.sort(inOrder));
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
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore('ratings', { keyPath: 'id' });
        asked.result.createObjectStore('quarantine', { keyPath: 'id' });
        asked.result.createObjectStore('meta');
      };
      asked.onsuccess = () => {
        asked.result.onclose = () => { this.#database = null; };
        asked.result.onversionchange = () => { asked.result.close(); this.#database = null; };
        resolve(asked.result);
      };
      asked.onerror = () => { this.#database = null; reject(asked.error); };
    });
    return this.#database;
  }
}

/** The same in memory: for the demonstration, and when the disk refuses. */
export class MemoryStore {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #last = 0;

  /**
   * @param {Entry} entry
   * @param {string} _kiosk
   */
  async add(entry, _kiosk) {
    this.#last += 1;
    const numbered = { ...entry, rating: { ...entry.rating, sequence: this.#last } };
    this.#entries.set(entry.id, numbered);
    return numbered;
  }

  /**
   * @param {string} id
   * @param {(entry: Entry) => Entry} change
   */
  async change(id, change) {
    const entry = this.#entries.get(id);
    if (entry && !entry.closed) this.#entries.set(id, change(entry));
  }

  /**
   * @param {string} _kiosk
   * @param {number} sequence
   */
  async raise(_kiosk, sequence) {
    this.#last = Math.max(this.#last, sequence);
  }

  /**
   * @param {string[]} done
   * @param {Map<string, string>} refused
   */
  async settle(done, refused) {
    for (const id of [...done, ...refused.keys()]) this.#entries.delete(id);
  }

  async all() {
    return [...this.#entries.values()];
  }
}

/**
 * @param {IDBRequest} request
 * @param {(value: any) => void} then
 */
function read(request, then) {
  request.onsuccess = () => then(request.result);
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
function inOrder(one, other) {
  return one.touched - other.touched || one.rating.sequence - other.rating.sequence;
}
