/** The second copy's own thread: an append-only file that is on the disk before it is answered. */

import { eventsOf, lineOf, Told } from './lines.js';

/** @typedef {import('./lines.js').Event} Event */

const FOLDER = 'journal';
const SUFFIX = '.jsonl';
const TIDY_LINES = 2_000; // fewer are never worth a new file
const NEWLINE = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @type {any} FileSystemSyncAccessHandle of the file this tab writes */
let mine = null;
let end = 0;
/** @type {string[]} files whose records stand in mine by now */
let spent = [];

function folder() {
  return navigator.storage.getDirectory()
    .then((root) => root.getDirectoryHandle(FOLDER, { create: true }));
}

/** @param {Event[]} events */
function append(events) {
  write(encoder.encode(events.map(lineOf).join('')));
}

/** @param {Uint8Array} bytes */
function write(bytes) {
  // What a full disk has cut off is written over by the next.
  if (mine.write(bytes, { at: end }) !== bytes.length) throw new Error('the disk is full');
  mine.flush();
  end += bytes.length;
}

/** @param {any} handle */
function textOf(handle) {
  const bytes = new Uint8Array(handle.getSize());
  handle.read(bytes, { at: 0 });
  return decoder.decode(bytes);
}

/** Open every journal that no other tab holds open. */
async function unclaimed() {
  const found = [];
  const directory = /** @type {any} */ (await folder());
  for await (const [name, file] of directory.entries()) {
    if (!name.endsWith(SUFFIX) || spent.includes(name)) continue;
    const handle = await file.createSyncAccessHandle().catch(() => null);
    if (handle) found.push({ name, handle });
  }
  return found;
}

/**
 * Take over what earlier starts have written, and go on in one file.
 * @param {string} boot
 * @param {number} keepFrom  server's time in milliseconds; what it has had since before is dropped
 */
async function adopt(boot, keepFrom) {
  const journals = await unclaimed();
  const told = new Told();
  for (const { handle } of journals) told.read(textOf(handle));
  const records = told.records(keepFrom);
  const answer = { records, notes: [...told.notes], counters: [...told.counters()], spoilt: told.spoilt };
  const untidy = told.lines > 4 * records.length + TIDY_LINES;
  if (mine === null && journals.length === 1 && told.spoilt === 0 && !untidy) {
    goOnIn(journals[0].handle);
    return answer;
  }
  if (mine === null) await begin(boot);
  /** @type {Event[]} */
  const notes = [...told.notes].map((note) => ({ noted: note }));
  append([...notes, ...eventsOf(records)]);
  for (const { name, handle } of journals) {
    handle.close();
    spent.push(name);
  }
  return answer;
}

/** @param {any} handle */
function goOnIn(handle) {
  mine = handle;
  end = mine.getSize();
  const last = new Uint8Array([NEWLINE]);
  if (end > 0) mine.read(last, { at: end - 1 });
  if (last[0] !== NEWLINE) write(encoder.encode('\n'));
}

/** @param {string} boot */
async function begin(boot) {
  const file = /** @type {any} */ (
    await (await folder()).getFileHandle(`${boot}${SUFFIX}`, { create: true })
  );
  mine = await file.createSyncAccessHandle();
  end = mine.getSize();
}

/** Remove what has been taken over; only after a while, when the new file's name is on the disk too. */
async function sweep() {
  const directory = await folder();
  const names = spent;
  spent = [];
  for (const name of names) await directory.removeEntry(name).catch(() => undefined);
}

const WORK = /** @type {Record<string, (asked: any) => any>} */ ({
  append: ({ events }) => append(events),
  adopt: ({ boot, keepFrom }) => adopt(boot, keepFrom),
  begin: async ({ boot }) => { if (mine === null) await begin(boot); },
  sweep,
});

// One after the other: an append must not come between two steps of taking over.
let work = Promise.resolve();
self.addEventListener('message', ({ data }) => {
  work = work.then(async () => {
    try {
      const value = await WORK[data.work](data);
      self.postMessage({ number: data.number, value });
    } catch (error) {
      self.postMessage({ number: data.number, error: String(error) });
    }
  });
});
self.postMessage({ number: 0 }); // here
