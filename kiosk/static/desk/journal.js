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

// While a newer service worker takes over, a browser may lose what a page asks for just then.
const STEP_MS = 50; // as a page that stood still for a while has not looked at what lies ready
const FIRST_STEPS = 40;

export class Journal {
  #number = 0;
  /** @type {Map<number, {asked: object, resolve: (value: any) => void, reject: (reason: Error) => void}>} */
  #asked = new Map();
  /** @type {Worker | null} */
  #worker = null;
  #steps = FIRST_STEPS;

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
      const question = { ...asked, work, number: this.#number };
      this.#asked.set(this.#number, { asked: question, resolve, reject });
      this.#start().postMessage(question);
    });
  }

  #start() {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./journal-worker.js', import.meta.url), { type: 'module' });
    this.#worker = worker;
    let left = this.#steps;
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      this.#replace(worker);
    }, STEP_MS);
    worker.addEventListener('message', ({ data }) => {
      clearInterval(timer);
      const waiting = this.#asked.get(data.number);
      this.#asked.delete(data.number);
      if (data.error === undefined) waiting?.resolve(data.value);
      else waiting?.reject(new Error(data.error));
    });
    worker.addEventListener('error', () => { if (worker === this.#worker) this.abandon(); });
    return worker;
  }

  /**
   * A thread that has not even begun holds nothing: another is asked the same.
   * @param {Worker} silent
   */
  #replace(silent) {
    if (silent !== this.#worker) return;
    silent.terminate();
    this.#worker = null;
    this.#steps *= 2; // it may be slow only
    for (const { asked } of this.#asked.values()) this.#start().postMessage(asked);
  }
}
