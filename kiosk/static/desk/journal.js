/** The second copy, seen from the page: asks the journal's thread and waits for its word. */

/** @typedef {import('./lines.js').Event} Event */
/** @typedef {import('./lines.js').Known} Known */

/**
 * What earlier starts have left.
 * @typedef {object} Left
 * @property {Known[]} records
 * @property {[string, string | number][]} notes
 * @property {[string, number][]} counters
 * @property {number} spoilt  lines that could not be read
 */

export class Journal {
  #number = 0;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (reason: Error) => void}>} */
  #asked = new Map();
  /** @type {Worker | null} */
  #worker = null;

  /** @param {Event[]} events */
  append(events) { return this.#ask('append', { events }); }

  /**
   * @param {string} boot
   * @param {number} keepFrom
   * @returns {Promise<Left>}
   */
  adopt(boot, keepFrom) { return this.#ask('adopt', { boot, keepFrom }); }

  /** @param {string} boot */
  begin(boot) { return this.#ask('begin', { boot }); }

  sweep() { return this.#ask('sweep', {}); }

  /** Give the thread up; the next question starts another. */
  abandon() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#asked.values()) reject(new Error('the journal is broken'));
    this.#asked.clear();
  }

  /**
   * @param {string} work
   * @param {object} asked
   * @returns {Promise<any>}
   */
  #ask(work, asked) {
    return new Promise((resolve, reject) => {
      this.#number += 1;
      this.#asked.set(this.#number, { resolve, reject });
      this.#start().postMessage({ ...asked, work, number: this.#number });
    });
  }

  #start() {
    if (this.#worker) return this.#worker;
    this.#worker = new Worker(new URL('./journal-worker.js', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }) => {
      const waiting = this.#asked.get(data.number);
      this.#asked.delete(data.number);
      if (data.error === undefined) waiting?.resolve(data.value);
      else waiting?.reject(new Error(data.error));
    });
    this.#worker.addEventListener('error', () => this.abandon());
    return this.#worker;
  }
}
