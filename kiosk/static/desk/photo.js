/** Officers' photos: asked for with the token, kept on the device while the server names them, shown without a network. */

import { token } from './token.js';

/** @typedef {import('./officer.js').Officer} Officer */

const SHELF = 'niemno-officers';
const PLACE = '/api/v1/screen/photos/';
/** @type {Map<string, string>} pictures by digest */
const held = new Map();
let wanted = '';

/**
 * Show an officer's photo once it is there, the drawn head until then and without one.
 * @param {Officer | null} officer
 */
export async function showPhoto(officer) {
  const image = /** @type {HTMLImageElement} */ (document.getElementById('officer-photo'));
  wanted = officer?.photo ?? '';
  const picture = wanted === '' ? undefined : held.get(wanted) ?? await take(wanted);
  if ((officer?.photo ?? '') !== wanted) return; // somebody else serves by now
  image.hidden = picture === undefined;
  if (picture !== undefined && image.src !== picture) image.src = picture;
}

/**
 * Keep the photos of all who may serve here, so that they can change without a network; let go of others.
 * @param {(Officer | null)[]} officers
 */
export async function keepPhotos(officers) {
  const named = new Set(officers.map((officer) => officer?.photo ?? '').filter((digest) => digest !== ''));
  for (const digest of [...held.keys()].filter((digest) => !named.has(digest))) held.delete(digest);
  const shelf = await open();
  for (const { url } of await shelf?.keys() ?? []) {
    if (!named.has(url.split(PLACE)[1] ?? '')) await shelf?.delete(url);
  }
  for (const digest of named) if (!held.has(digest)) await take(digest);
}

/**
 * @param {string} digest
 * @returns {Promise<string | undefined>} the picture as a data address
 */
async function take(digest) {
  const shelf = await open();
  const answer = await shelf?.match(PLACE + digest) ?? await fetched(digest, shelf);
  if (!answer) return undefined;
  const picture = await asAddress(await answer.blob());
  held.set(digest, picture);
  return picture;
}

/**
 * @param {string} digest
 * @param {Cache | null} shelf
 */
async function fetched(digest, shelf) {
  const key = token();
  if (key === null) return undefined;
  try {
    const headers = { Authorization: `Bearer ${key}` };
    const answer = await fetch(PLACE + digest, { headers, redirect: 'error', credentials: 'omit', cache: 'no-store' });
    // A captive portal answers with a page.
    if (!answer.ok || answer.headers.get('Content-Type') !== 'image/jpeg') return undefined;
    await shelf?.put(PLACE + digest, answer.clone());
    return answer;
  } catch {
    return undefined; // asked for again when the server is heard next
  }
}

/** @returns {Promise<Cache | null>} */
async function open() {
  try {
    return await caches.open(SHELF);
  } catch {
    return null;
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function asAddress(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = failed;
    reader.readAsDataURL(blob);
  });
}
