/** What each contact with the server tells about time: how far this device's clock is off. */

import { BOOT } from './record.js';

const KEY = 'niemno.contact';

/**
 * The last contact.
 * @typedef {object} Told
 * @property {string} boot  start of the browser in which it was
 * @property {number} server  the server's time, milliseconds since 1970
 * @property {number} offset  server's clock minus this device's, milliseconds
 * @property {number} uptime  of this device, milliseconds
 */

class Contact {
  /** @type {Told | null} */
  #last = kept();

  /**
   * @param {unknown} serverTime  as the server wrote it
   * @param {number} took  milliseconds from the question to the answer
   */
  note(serverTime, took) {
    const server = typeof serverTime === 'string' ? Date.parse(serverTime) : NaN;
    if (Number.isNaN(server)) return;
    // The server wrote its time about half-way between question and answer.
    const offset = Math.round(server + took / 2 - Date.now());
    this.#last = { boot: BOOT, server, offset, uptime: Math.round(performance.now()) };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#last));
    } catch {
      // Known again at the next contact.
    }
  }

  /** Milliseconds by which the server's clock is ahead; null before the first contact ever. */
  get offset() { return this.#last?.offset ?? null; }

  /** The server's time at the last contact, milliseconds since 1970; null when there was none. */
  get server() { return this.#last?.server ?? null; }

  /** The last contact of all, for staff. */
  get last() { return this.#last; }
}

/** @returns {Told | null} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}

export const contact = new Contact();
