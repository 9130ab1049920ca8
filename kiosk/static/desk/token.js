/** The device's token: kept over restarts, taken once from an address that carries it. */

const KEY = 'niemno.token';
const CONFIG_KEY = 'niemno.config';
const HANDED_OVER = /^#pair=([\w.~-]+)$/;

/** @type {string | null} */
let inMemory = null;

/** @returns {string | null} */
export function token() {
  try {
    return localStorage.getItem(KEY) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** @param {string} value */
export function keepToken(value) {
  inMemory = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // A browser that keeps nothing stays paired until it is closed.
  }
}

/**
 * Take a token out of the address, so that it stays neither on the screen nor in the history.
 * @returns {string | null}
 */
export function handedOver() {
  const found = HANDED_OVER.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return found[1];
}

/** @param {unknown} config  last seen, for a start while the server cannot be reached */
export function keepConfig(config) {
  try {
    localStorage.setItem(CONFIG_KEY, JSON.stringify(config));
  } catch {
    // Only the start without a server needs it.
  }
}

/** @returns {any} */
export function lastConfig() {
  try {
    return JSON.parse(localStorage.getItem(CONFIG_KEY) ?? 'null');
  } catch {
    return null;
  }
}

export function forgetConfig() {
  try {
    localStorage.removeItem(CONFIG_KEY);
  } catch {
    // Nothing was kept.
  }
}
