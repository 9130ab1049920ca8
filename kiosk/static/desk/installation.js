/** The service worker holds the whole screen, so that it starts without a network; a newer one waits for rest. */

const WORKER = '/desk-worker.js';
const SHELF = 'niemno-desk-'; // as the worker names what it holds of a version
const SHOWN = 'niemno-shown'; // where it notes which of them is shown
const LEFT = 'niemno.left';
const LOOK_EVERY_MS = 600_000;
const STANDS_MS = 30_000; // until a screen has asked for all it needs to begin

/** The version of this page, as the server counted it. */
export const VERSION = document.querySelector('meta[name="version"]')?.getAttribute('content') ?? '';

export class Installation {
  #resting;
  /** @type {Promise<ServiceWorkerRegistration | null> | null} */
  #registration = null;
  #lookAt = 0;
  #forbidden = false;
  #begun = performance.now();

  /** @param {() => boolean} resting  whether nobody would notice the screen starting again */
  constructor(resting) {
    this.#resting = resting;
    navigator.serviceWorker?.addEventListener('message', () => this.renew());
  }

  /**
   * Say why this screen must not be paired: without the worker it would not start without a network.
   * @returns {Promise<string | null>} key of the words
   */
  async obstacle() {
    if (!window.isSecureContext || !navigator.serviceWorker) return 'insecure';
    await this.#register();
    return this.#forbidden ? 'insecure' : null;
  }

  /** Look for a newer screen now and then, and take it while this one rests. */
  async renew() {
    if (await replaced() && this.#resting()) {
      sessionStorage.setItem(LEFT, VERSION);
      location.reload();
      return;
    }
    const registration = await this.#register();
    if (this.#resting()) this.#settle(registration?.waiting ?? null);
    if (performance.now() < this.#lookAt) return;
    this.#lookAt = performance.now() + LOOK_EVERY_MS;
    await registration?.update?.().catch(() => undefined);
  }

  /**
   * Have a newer version shown; its worker takes charge once its own screen stands and no page is on its way.
   * @param {ServiceWorker | null} waiting
   */
  #settle(waiting) {
    waiting?.postMessage('show');
    if (performance.now() - this.#begun < STANDS_MS) return;
    waiting?.postMessage(VERSION); // heeded by the worker of this very version
  }

  #register() {
    if (!navigator.serviceWorker) return null;
    this.#registration ??= navigator.serviceWorker.register(WORKER, { updateViaCache: 'none' }).then(
      (registration) => registration ?? null,
      (error) => {
        this.#forbidden = error.name === 'SecurityError'; // a certificate nobody vouches for
        this.#registration = null; // the network may be back at the next try
        return null;
      },
    );
    return this.#registration;
  }
}

/** Whether another version than this page's is to be shown; a page gives way once. */
async function replaced() {
  if (!navigator.serviceWorker?.controller || sessionStorage.getItem(LEFT) === VERSION) return false;
  const noted = await caches.match('/desk-version', { cacheName: SHOWN });
  return noted !== undefined && await noted.text() !== `${SHELF}${VERSION}`;
}
