/** Everything a device holds, as a file for staff: one record a line. */

/**
 * @param {import('./copies.js').Copies} copies
 * @returns {Promise<Blob>} JSON lines
 */
export async function exported(copies) {
  const waiting = (await copies.waiting()).map(({ desk, rating }) => ({ state: 'waiting', desk, rating }));
  const refused = (await copies.quarantined())
    .map(({ desk, rating, reason }) => ({ state: 'quarantined', reason, desk, rating }));
  const settled = (await copies.settled()).map(({ at, entry: { desk, rating } }) => (
    { state: 'settled', settled_at: new Date(at).toISOString(), desk, rating }
  ));
  const lines = [...waiting, ...refused, ...settled].map((record) => `${JSON.stringify(record)}\n`);
  return new Blob(lines, { type: 'application/x-ndjson' });
}
