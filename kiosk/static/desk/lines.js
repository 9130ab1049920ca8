/** The lines of the journal: one event each, with a checksum; read in any order they give the same records. */

import { later } from './record.js';

/** @typedef {import('./record.js').Entry} Entry */

/**
 * One thing that happened.
 * @typedef {{kept: Entry}
 *   | {settled: string[], kiosk: string, at: number}
 *   | {refused: [string, string][]}
 *   | {noted: [string, string | number]}} Event
 */

/**
 * What is known of one record. `at` is the server's time when it had it, in milliseconds since 1970.
 * @typedef {{entry: Entry, settled?: {kiosk: string, at: number}, reason?: string}} Known
 */

const BEFORE = '{"sum":"';
const BETWEEN = '","event":';
const SUM_LENGTH = 8;
const START = BEFORE.length + SUM_LENGTH + BETWEEN.length;
const COUNTER = 'sequence:';

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
const encoder = new TextEncoder();

/**
 * CRC-32 of the text as UTF-8, in eight hexadecimal digits.
 * @param {string} text
 */
export function checksum(text) {
  let value = 0xffffffff;
  for (const byte of encoder.encode(text)) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(SUM_LENGTH, '0');
}

/** @param {Event} event */
export function lineOf(event) {
  const text = JSON.stringify(event);
  return `${BEFORE}${checksum(text)}${BETWEEN}${text}}\n`;
}

/**
 * Read one line without its end; null when it is torn or spoilt.
 * @param {string} line
 * @returns {Event | null}
 */
export function eventOf(line) {
  if (!line.startsWith(BEFORE) || !line.endsWith('}')) return null;
  const text = line.slice(START, -1);
  if (checksum(text) !== line.slice(BEFORE.length, BEFORE.length + SUM_LENGTH)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Everything that journals tell, whatever the order in which they are read. */
export class Told {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** @type {Map<string, {kiosk: string, at: number}>} */
  #settled = new Map();
  /** @type {Map<string, string>} */
  #refused = new Map();
  /** @type {Map<string, string | number>} */
  notes = new Map();
  lines = 0;
  spoilt = 0;

  /** @param {string} text  a whole journal */
  read(text) {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const event = eventOf(line);
      this.lines += 1;
      if (event === null) this.spoilt += 1;
      else this.add(event);
    }
  }

  /** @param {Event} event */
  add(event) {
    if ('kept' in event) {
      this.#entries.set(event.kept.id, later(this.#entries.get(event.kept.id), event.kept));
    } else if ('settled' in event) {
      for (const id of event.settled) this.#settled.set(id, { kiosk: event.kiosk, at: event.at });
    } else if ('refused' in event) {
      for (const [id, reason] of event.refused) this.#refused.set(id, reason);
    } else if ('noted' in event) {
      this.#note(...event.noted);
    }
  }

  /**
   * @param {string} key
   * @param {string | number} value
   */
  #note(key, value) {
    const before = this.notes.get(key);
    const counted = typeof value === 'number' && typeof before === 'number';
    this.notes.set(key, counted ? Math.max(before, value) : value);
  }

  /**
   * Give every record but those the server has had since before `keepFrom` (its own time, ms).
   * @param {number} keepFrom
   * @returns {Known[]}
   */
  records(keepFrom = -Infinity) {
    /** @type {Known[]} */
    const known = [];
    for (const [id, entry] of this.#entries) {
      const settled = this.#settled.get(id);
      const reason = this.#refused.get(id);
      if (settled) {
        if (settled.at >= keepFrom) known.push({ entry, settled });
      } else {
        known.push(reason === undefined ? { entry } : { entry, reason });
      }
    }
    return known;
  }

  /** How far each kiosk has counted, by what is written here. */
  counters() {
    const counters = new Map([...this.notes].filter(([key]) => key.startsWith(COUNTER)));
    for (const entry of this.#entries.values()) {
      const key = counterOf(entry.kiosk ?? '');
      counters.set(key, Math.max(Number(counters.get(key) ?? 0), entry.rating.sequence));
    }
    return /** @type {Map<string, number>} */ (counters);
  }
}

/** @param {string} kiosk */
export function counterOf(kiosk) { return `${COUNTER}${kiosk}`; }

/**
 * The events that tell the same records again.
 * @param {Known[]} records
 * @returns {Event[]}
 */
export function eventsOf(records) {
  /** @type {Event[]} */
  const events = [];
  for (const { entry, settled, reason } of records) {
    events.push({ kept: entry });
    if (settled) events.push({ settled: [entry.id], ...settled });
    if (reason !== undefined) events.push({ refused: [[entry.id, reason]] });
  }
  return events;
}
