/** Pairing in the manner of RFC 8628: the screen shows a code, somebody signed in types it. */

import { pollPairing, requestPairing } from './api.js';
import { reveal, write } from './page.js';
import { token } from './token.js';

const RETRY_S = 5;
const SLOWER_S = 5;

export class Pairing {
  #page;
  #language;
  #paired;
  #obstacle;
  #running = 0;
  #state = 'pairing_waiting';

  /**
   * @param {import('./page.js').Page} page
   * @param {import('./language.js').Language} language
   * @param {(token: string) => void} paired
   * @param {() => Promise<string | null>} obstacle  key of the words why this screen must not be paired
   */
  constructor(page, language, paired, obstacle) {
    this.#page = page;
    this.#language = language;
    this.#paired = paired;
    this.#obstacle = obstacle;
    language.onChange(() => this.#tell(this.#state));
    document.getElementById('pair')?.addEventListener('click', () => this.start());
    document.getElementById('new-code')?.addEventListener('click', () => this.start());
    document.getElementById('pair-back')?.addEventListener('click', () => {
      this.stop();
      page.show('start');
    });
  }

  stop() { this.#running += 1; }

  async start() {
    this.stop();
    const run = this.#running;
    const obstacle = await this.#obstacle();
    if (obstacle !== null) {
      this.#page.trouble(obstacle);
      return;
    }
    if (this.#page.screen !== 'pairing') this.#page.show('pairing');
    reveal('new-code', false);
    write('user-code', '');
    this.#tell('pairing_asking');
    let offer = await requestPairing(token());
    while (offer === null && run === this.#running) {
      this.#tell('pairing_unreachable');
      await seconds(RETRY_S);
      offer = await requestPairing(token());
    }
    if (run !== this.#running || offer === null) return;
    write('user-code', offer.user_code);
    write('pair-address', offer.verification_uri.replace(/^https?:\/\//, ''));
    this.#tell('pairing_waiting');
    await this.#poll(run, offer.device_code, offer.interval || RETRY_S, offer.expires_in);
  }

  /**
   * @param {number} run
   * @param {string} deviceCode
   * @param {number} interval  seconds
   * @param {number} lasts  seconds
   */
  async #poll(run, deviceCode, interval, lasts) {
    const end = Date.now() + lasts * 1000;
    while (run === this.#running && Date.now() < end) {
      await seconds(interval);
      if (run !== this.#running) return;
      const answer = await pollPairing(deviceCode);
      if (run !== this.#running) return;
      if ('token' in answer) {
        this.stop();
        this.#paired(answer.token);
        return;
      }
      if (answer.error === 'slow_down') interval += SLOWER_S;
      if (answer.error === 'expired_token') break;
    }
    if (run !== this.#running) return;
    write('user-code', '');
    reveal('new-code', true);
    this.#tell('pairing_expired');
  }

  /** @param {string} key */
  #tell(key) {
    this.#state = key;
    write('pair-state', this.#language.say(key));
  }
}

/** @param {number} count */
function seconds(count) {
  return new Promise((resolve) => { setTimeout(resolve, count * 1000); });
}
