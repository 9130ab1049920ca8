/** Who serves, as staff chose it at the desk itself; the server's word counts again once it changes. */

/** @typedef {import('./api.js').Config} Config */
/** @typedef {{code: string, name: string, post: string}} Officer */

const KEY = 'niemno.officer';

/**
 * Give the officer to show: the one chosen here today, else the one on duty by the server.
 * @param {Config} config
 * @returns {Officer | null}
 */
export function officerOf(config) {
  const chosen = kept();
  const holds = chosen?.desk === config.desk.code && chosen.instead === (config.officer?.code ?? null) && chosen.day === today();
  return holds ? chosen.officer : config.officer;
}

/**
 * Whether staff chose someone here whom the server did not name.
 * @param {Config} config
 */
export function isChosenHere(config) { return officerOf(config)?.code !== config.officer?.code; }

/**
 * Choose for the rest of the day; null leaves it to the server again.
 * @param {Config} config
 * @param {Officer | null} officer
 */
export function chooseOfficer(config, officer) {
  try {
    if (officer === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify({ officer, desk: config.desk.code, instead: config.officer?.code ?? null, day: today() }));
  } catch {
    // Nothing is kept: the server's word counts.
  }
}

/** @returns {{officer: Officer, desk: string, instead: string | null, day: string} | null} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}

function today() { return new Date().toDateString(); }
