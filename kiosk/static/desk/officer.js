/** Who serves, as staff chose it at the desk itself; the server's word counts again once it changes. */

/** @typedef {import('./api.js').Config} Config */
/** @typedef {{code: string, name: string, post: string, photo?: string | null}} Officer  `photo`: its digest */

/** Under which the choice is kept with the ratings too. */
export const CHOICE = 'officer';
const KEY = 'niemno.officer';

/** @typedef {{officer: Officer, desk: string, instead: string | null, day: string}} Choice */

/** @type {Choice | null} */
let chosen = read(stored());
// Another tab of this screen.
window.addEventListener('storage', ({ key, newValue }) => { if (key === KEY) chosen = read(newValue); });

/**
 * Give the officer to show: the one chosen here today, else the one on duty by the server.
 * @param {Config} config
 * @returns {Officer | null}
 */
export function officerOf(config) {
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
 * @returns {string} the choice as it is kept
 */
export function chooseOfficer(config, officer) {
  const choice = { officer, desk: config.desk.code, instead: config.officer?.code ?? null, day: today() };
  return keep(officer === null ? 'null' : JSON.stringify(choice));
}

/**
 * Take the choice as it stands with the ratings: what localStorage says may be older, after a power cut.
 * @param {string | undefined} text
 * @returns {boolean} whether it was another one
 */
export function recallOfficer(text) {
  if (text === undefined || text === JSON.stringify(chosen)) return false;
  keep(text);
  return true;
}

/** @param {string} text */
function keep(text) {
  chosen = read(text);
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // It stands with the ratings.
  }
  return text;
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/**
 * @param {string | null} text
 * @returns {Choice | null}
 */
function read(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

function today() { return new Date().toDateString(); }
