/** The record of one rating: made at the touch, changed until it is closed, then frozen and sent as it is. */

/**
 * One rating as `POST /api/v1/ratings` takes it.
 * @typedef {object} Rating
 * @property {string} id  uuid made on this device
 * @property {number} sequence  counts the ratings of this kiosk from 1
 * @property {string} rated_at  ISO 8601 with offset: the first touch, by this device's clock
 * @property {number} score  1 to 5
 * @property {string} questionnaire
 * @property {Record<string, unknown>} answers
 * @property {string | null} procedure
 * @property {string | null} dossier
 * @property {string} language
 * @property {number} duration_ms  from the first touch to the closing
 * @property {string | null} officer  code shown on the screen when touched
 * @property {string} boot  uuid of this start of the browser
 * @property {number} uptime_ms  since that start, when touched; tells a wrong clock from a right one
 * @property {string[]} reasons
 * @property {'done' | 'idle'} closed_by
 * @property {string} [desk]  code of the desk on the screen when touched: the kiosk may have moved since
 */

/**
 * A rating as it is kept on the device.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} desk  code of the desk it belongs to
 * @property {string} [kiosk]  code of the kiosk whose sequence it counts in
 * @property {0 | 1} closed  1 once nothing may change any more
 * @property {number} [revision]  grows with every change; of two copies the later one stands
 * @property {number} touched  milliseconds since 1970 of the first touch
 * @property {number} changed  the same of the last change
 * @property {Rating} rating
 */

/**
 * What the screen showed when it was touched.
 * @typedef {object} Shown
 * @property {string} kiosk
 * @property {string} desk
 * @property {string | null} officer
 * @property {string | null} procedure
 * @property {string | null} [dossier]  of the receipt that was scanned, or of the invitation
 * @property {string} questionnaire
 * @property {string} language
 */

/** Make a version 4 uuid; a page opened by plain http has no crypto.randomUUID. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const BOOT = newId();

/**
 * Write an instant as ISO 8601 with this device's offset: 2026-11-20T10:42:07.123+07:00.
 * @param {Date} instant
 */
export function localIso(instant) {
  const offset = -instant.getTimezoneOffset();
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const local = new Date(instant.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * Make the record of a touch; its sequence is given by the store in the same transaction.
 * @param {number} score
 * @param {Shown} shown
 * @returns {Entry}
 */
export function begun(score, shown) {
  const now = new Date();
  const id = newId();
  return {
    id,
    desk: shown.desk,
    kiosk: shown.kiosk,
    closed: 0,
    revision: 0,
    touched: now.getTime(),
    changed: now.getTime(),
    rating: {
      id,
      sequence: 0,
      rated_at: localIso(now),
      score,
      questionnaire: shown.questionnaire,
      answers: {},
      procedure: shown.procedure,
      dossier: shown.dossier ?? null,
      language: shown.language,
      duration_ms: 0,
      officer: shown.officer,
      boot: BOOT,
      uptime_ms: Math.round(performance.now()),
      reasons: [],
      closed_by: 'idle',
      desk: shown.desk,
    },
  };
}

/**
 * Give the record with some fields of its rating changed, as of now.
 * @param {Entry} entry
 * @param {Partial<Rating>} change
 * @returns {Entry}
 */
export function changed(entry, change) {
  const revision = (entry.revision ?? 0) + 1;
  return { ...entry, revision, changed: Date.now(), rating: { ...entry.rating, ...change } };
}

/**
 * Give the record closed. Within one start of the browser the duration does not depend on the clock.
 * @param {Entry} entry
 * @param {'done' | 'idle'} by
 * @param {number} at  milliseconds since 1970
 * @returns {Entry}
 */
export function closed(entry, by, at) {
  const { boot, uptime_ms } = entry.rating;
  const lasted = boot === BOOT ? performance.now() - uptime_ms : at - entry.touched;
  const duration_ms = Math.max(0, Math.round(lasted));
  const revision = (entry.revision ?? 0) + 1;
  return { ...entry, revision, closed: 1, rating: { ...entry.rating, closed_by: by, duration_ms } };
}

/**
 * Of two copies of one record, give the one that was written later.
 * @param {Entry | undefined} one
 * @param {Entry} other
 */
export function later(one, other) {
  if (one === undefined) return other;
  if (one.closed !== other.closed) return one.closed ? one : other;
  return (other.revision ?? 0) > (one.revision ?? 0) ? other : one;
}

/**
 * Records go in the order they were touched; a clock set back does not change that order.
 * @param {Entry} one
 * @param {Entry} other
 */
export function inOrder(one, other) {
  return one.rating.sequence - other.rating.sequence || one.touched - other.touched;
}
