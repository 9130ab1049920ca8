/** What is said to the server, and how its answers are understood. Nothing but 201 with our own body means stored. */

import { contact } from './contact.js';
import { localIso } from './record.js';

/** @typedef {import('./record.js').Rating} Rating */

/**
 * One question of the questionnaire in force.
 * @typedef {{code: string, kind: string, group: string, confidential: boolean, texts: Record<string, string>,
 *   heard?: Record<string, string>}} Item  `heard`: the name of a recording of just these words, by language
 */

/**
 * What the server knows of this screen.
 * @typedef {object} Config
 * @property {{code: string, name: string}} kiosk
 * @property {{code: string, name: string}} desk
 * @property {{name: string}} unit
 * @property {import('./officer.js').Officer | null} officer
 * @property {{code: string, name: string} | null} procedure
 * @property {string} questionnaire
 * @property {Item[]} [items]  asked after the boxes
 * @property {{code: string, confidential: boolean}[]} reasons
 * @property {string[]} languages
 * @property {import('./officer.js').Officer[]} [officers]  who may be chosen at the desk itself
 * @property {string | null} [opens_at]  when the office opens next, with its own offset; null while it is open
 * @property {string} [zone]  the office's, as the wall's clock there goes
 * @property {{salt: string, rounds: number, digest: string}} [staff]  what the staff number is checked by
 * @property {number | null} [panel_inches]  the panel's diagonal; null until staff say it
 * @property {boolean} sample
 * @property {string | null} phone_url
 * @property {string | null} phone_qr
 * @property {boolean} phones_cannot_reach  the address is this machine's own: said beside the code
 * @property {number} next_sequence  the first number missing there
 * @property {number} highest_sequence  the highest that ever came: never counted below
 */

/**
 * What an answer tells of this kiosk's numbers and of the server's clock (milliseconds since 1970).
 * @typedef {{next?: number, highest?: number, server?: number}} Told
 */

/**
 * What became of a batch.
 * @typedef {{kind: 'settled', done: string[], refused: Map<string, string>, told: Told}
 *   | {kind: 'unpaired', status: number}
 *   | {kind: 'unreadable', reason: string}
 *   | {kind: 'later', after: number | null, answered: boolean}} Delivery
 */

const PATIENCE_MS = 20_000;
const ON_THE_SERVER = new Set(['stored', 'duplicate']);
const TAKES_NO_REPORT = new Set([400, 404, 405, 422]); // a server older than this screen

/**
 * @param {string} path
 * @param {{token?: string, body?: unknown}} asked
 * @returns {Promise<{status: number, body: any, after: number | null} | null>}  null when there was no answer
 */
async function ask(path, { token, body } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  // A network that is gone answers nothing: what was asked is asked anew once there is one, not when patience ends.
  window.addEventListener('offline', giveUp);
  const asked = performance.now();
  try {
    const response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error', // a captive portal redirects to its own page
      signal: patience.signal,
    });
    const after = Number(response.headers.get('Retry-After'));
    const read = await response.json().catch(() => null);
    if (response.ok) contact.note(read?.server_time, performance.now() - asked);
    return { status: response.status, body: read, after: after > 0 ? after * 1000 : null };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    window.removeEventListener('offline', giveUp);
  }
}

/**
 * Say whether an answer refuses the token; a portal's own 403 carries no JSON.
 * @param {{status: number, body: any} | null} answer
 */
function refusesToken(answer) {
  return answer !== null && answer.body !== null && (answer.status === 401 || answer.status === 403);
}

/**
 * Ask what to show, and say how this device is.
 * @param {string} token
 * @param {object | null} report  null only asks
 * @returns {Promise<{config: Config, told: Told} | {refused: number} | null>}  null when the server cannot be asked now
 */
export async function readScreen(token, report = null) {
  const answer = await ask('/api/v1/screen', { token, body: report ?? undefined });
  if (answer && refusesToken(answer)) return { refused: answer.status };
  if (report !== null && answer && TAKES_NO_REPORT.has(answer.status)) return readScreen(token);
  if (answer?.status !== 200 || !answer.body?.desk) return null;
  return { config: answer.body, told: toldBy(answer.body) };
}

/**
 * @param {any} body
 * @returns {Told}
 */
function toldBy(body) {
  const server = Date.parse(body.server_time);
  return {
    next: body.next_sequence,
    highest: body.highest_sequence,
    server: Number.isNaN(server) ? undefined : server,
  };
}

/**
 * @param {string} token
 * @param {Rating[]} ratings
 * @returns {Promise<Delivery>}
 */
export async function sendRatings(token, ratings) {
  const answer = await ask('/api/v1/ratings', {
    token,
    body: { device_time: localIso(new Date()), ratings },
  });
  if (answer === null) return { kind: 'later', after: null, answered: false };
  if (answer.status === 201 && Array.isArray(answer.body?.results)) {
    return settled(new Set(ratings.map((rating) => rating.id)), answer.body);
  }
  if (refusesToken(answer)) return { kind: 'unpaired', status: answer.status };
  if ([400, 413, 422].includes(answer.status) && answer.body !== null) {
    return { kind: 'unreadable', reason: `${answer.status}` };
  }
  return { kind: 'later', after: answer.after, answered: answer.body !== null };
}

/**
 * @param {Set<string>} sent
 * @param {{results: {id: string, result: string, reason: string | null}[]}} body
 * @returns {Delivery}
 */
function settled(sent, body) {
  const ours = body.results.filter((result) => sent.has(result?.id));
  const done = ours.filter((result) => ON_THE_SERVER.has(result.result)).map((result) => result.id);
  const refused = ours
    .filter((result) => result.result === 'refused' || result.result === 'conflict')
    .map((result) => /** @type {[string, string]} */ ([result.id, result.reason ?? result.result]));
  return { kind: 'settled', done, refused: new Map(refused), told: toldBy(body) };
}

/**
 * Ask whether an officer has just invited somebody at this desk to rate.
 * @param {string} token
 * @param {number} after  the last invitation known
 * @returns {Promise<{status: number, invitation: {id: number, procedure: {code: string, name: string} | null, dossier: string | null} | null} | null>}
 */
export async function readInvitation(token, after) {
  const answer = await ask(`/api/v1/screen/invitation?after=${after}`, { token });
  if (answer === null) return null;
  const invites = answer.status === 200 && Number.isInteger(answer.body?.id);
  return { status: answer.status, invitation: invites ? answer.body : null };
}

/**
 * Ask for the address at which a telephone carries a rating on.
 * @param {string} token
 * @param {string} rating  its id
 * @returns {Promise<{url: string, qr: string} | null>}
 */
export async function continueOnPhone(token, rating) {
  const answer = await ask('/api/v1/continuations', { token, body: { rating } });
  return answer?.status === 201 && answer.body?.qr ? answer.body : null;
}

/**
 * Ask for a code to be shown (RFC 8628).
 * @param {string | null} previous  token this device had before: it goes on as the same kiosk
 * @returns {Promise<{device_code: string, user_code: string, verification_uri: string, expires_in: number, interval: number} | null>}
 */
export async function requestPairing(previous) {
  const answer = await ask('/api/v1/pairings', { body: previous === null ? {} : { previous } });
  return answer?.status === 201 && answer.body?.user_code ? answer.body : null;
}

/**
 * @param {string} deviceCode
 * @returns {Promise<{token: string} | {error: string}>}
 */
export async function pollPairing(deviceCode) {
  const answer = await ask('/api/v1/pairings/token', { body: { device_code: deviceCode } });
  if (answer?.status === 200 && answer.body?.token) return { token: answer.body.token };
  return { error: answer?.status === 400 && answer.body?.error ? answer.body.error : 'authorization_pending' };
}
