/** Several tabs of one screen: one sends and tends the memory, the others tell it that there is work. */

import { BOOT } from './record.js';

const SENDER = 'niemno-sender';
const ALIVE = 'niemno-alive:';

export class Turn {
  #mine = !navigator.locks; // where the browser has no locks, every tab sends: ids make it harmless
  #channel = new BroadcastChannel('niemno-desk');

  /** Whether this tab sends. */
  get mine() { return this.#mine; }

  /**
   * Take the turn if nobody has it, or wait for it.
   * @param {() => void} granted  called when it comes later
   * @returns {Promise<boolean>} whether it came at once
   */
  async take(granted) {
    if (this.#mine) return true;
    void navigator.locks.request(`${ALIVE}${BOOT}`, forEver);
    const atOnce = await new Promise((resolve) => {
      void navigator.locks.request(SENDER, { ifAvailable: true }, (lock) => {
        this.#mine = lock !== null;
        resolve(this.#mine);
        return lock === null ? undefined : forEver();
      });
    });
    if (!atOnce) {
      void navigator.locks.request(SENDER, () => {
        this.#mine = true;
        granted();
        return forEver();
      });
    }
    return atOnce;
  }

  /** Tell the tab whose turn it is that there is something to send. */
  poke() { this.#channel.postMessage('flush'); }

  /** @param {() => void} act */
  onPoke(act) { this.#channel.addEventListener('message', () => act()); }

  /** @returns {Promise<Set<string>>} starts of the browser whose pages are still open, this one too */
  async living() {
    const held = navigator.locks ? (await navigator.locks.query()).held ?? [] : [];
    const boots = held.map(({ name }) => (name ?? '').split(ALIVE)[1]).filter(Boolean);
    return new Set([BOOT, ...boots]);
  }
}

/** No other tab has to do with this one: the demonstration. */
export class Alone {
  mine = true;

  async take() { return true; }

  poke() {}

  onPoke() {}

  async living() { return new Set([BOOT]); }
}

/** @returns {Promise<void>} */
function forEver() { return new Promise(() => undefined); }
