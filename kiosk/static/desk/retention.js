/** What the server has stays here for a while: a server restored from an older backup asks for it again. */

/** @typedef {import('./store.js').Settled} Settled */

const KEPT_MS = 35 * 24 * 3_600_000;

/**
 * The moment before which settled records may go. Days are counted by the server's clock at both
 * ends, so that a jump of this device's clock lets nothing go.
 * @param {number | null} serverTime  milliseconds since 1970; null when never heard
 */
export function keepFrom(serverTime) { return serverTime === null ? -Infinity : serverTime - KEPT_MS; }

/** Finds out what a server lacks, and gives it in order, once. */
export class Retention {
  #kiosk = '';
  /** @type {number | null} the sequence from which records are being sent again */
  #from = null;
  /** The number missing at the server that this device cannot give either. */
  #gap = 0;
  #next = 0;
  /** The highest number this server is known to have had. */
  #highest = 0;

  /**
   * @param {string} kiosk
   * @param {number | undefined} next  the first number missing at the server
   * @param {number | undefined} highest  the highest that ever came there
   */
  heard(kiosk, next, highest = this.#highest) {
    if (typeof next !== 'number') return;
    if (kiosk !== this.#kiosk) this.#begin(kiosk);
    const shrunk = highest < this.#highest;
    this.#next = next;
    this.#highest = highest;
    if (shrunk || (this.#from === null && next !== this.#gap)) this.#from = next;
  }

  /**
   * Give the next records the server may lack.
   * @param {import('./copies.js').Copies} copies
   * @param {number} most
   * @returns {Promise<Settled[]>}
   */
  async batch(copies, most) {
    if (this.#from === null) return [];
    const from = Math.max(this.#from, this.#next);
    const settled = await copies.settledFrom(this.#kiosk, from, most);
    if (settled === null) return []; // asked again at the next contact
    if (settled.length > 0) return settled;
    this.#gap = this.#next;
    this.#from = null;
    return [];
  }

  /** @param {Settled[]} sent  to which the server has answered */
  answered(sent) {
    const last = sent[sent.length - 1];
    if (last && this.#from !== null) this.#from = last.entry.rating.sequence + 1;
  }

  /** @param {string} kiosk */
  #begin(kiosk) {
    this.#kiosk = kiosk;
    this.#from = null;
    this.#gap = 0;
    this.#highest = 0;
  }
}
