/** Holds one version of the whole desk screen and answers for nothing else. */

const VERSION = {{ version|tojson }};
/** Address and digest of every file of this version. */
const FILES = {{ files|tojson }};
const NAME = 'niemno-desk-';
const SHELF = `${NAME}${VERSION}`;
// Which version is shown is noted apart from which worker is in charge: an older worker gives out a
// newer one's files, and stays in charge until a screen of the newer version stands.
const SHOWN = 'niemno-shown';
const NOTE = '/desk-version';
// A newer version may have files an older worker has not heard of.
const MODULES = {{ modules|tojson }};
// Drawn codes; the page keeps its desk's own.
const CODES = '/qr/';
const PICTURES = 'niemno-pictures';

/** @type {string | null} shelf of the page last given; a worker begun anew does not know it */
let current = null;

self.addEventListener('install', (event) => event.waitUntil(fill()));

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => {
  // The page asks for both while nobody is rating.
  if (event.data === 'show') event.waitUntil(show(event.source));
  // Never while a page is being opened: a browser that ends the older worker at that moment loses
  // what was asked of it, the page itself too, and shows nothing for half a minute.
  if (event.data === VERSION) void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  if (Object.hasOwn(FILES, pathname) || pathname.startsWith(MODULES)) {
    event.respondWith(held(pathname, event.request));
  } else if (pathname.startsWith(CODES)) {
    event.respondWith(drawn(event.request));
  }
});

/** Take every file, each checked by its digest, or none: two versions do not fit together. */
async function fill() {
  const fetched = await Promise.allSettled(
    Object.entries(FILES).map(async ([path, integrity]) => {
      const answer = await fetch(path, { integrity, cache: 'no-cache', credentials: 'omit' });
      if (!answer.ok) throw new Error(path);
      return /** @type {const} */ ([path, answer]);
    }),
  );
  const lost = fetched.find((each) => each.status === 'rejected');
  if (lost) throw lost.reason;
  const shelf = await caches.open(SHELF);
  await Promise.all(fetched.map(({ value: [path, answer] }) => shelf.put(path, answer)));
}

async function takeOver() {
  await note();
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(NAME) && name !== SHELF);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Let every page that starts from now on be of this version. */
async function note() {
  current = SHELF;
  await (await caches.open(SHOWN)).put(NOTE, new Response(SHELF));
}

async function noted() {
  return (await caches.match(NOTE, { cacheName: SHOWN }))?.text();
}

/** @param {Client} page */
async function show(page) {
  if (await noted() === SHELF) return; // it has been told
  await note();
  page.postMessage('shown');
}

/**
 * @param {string} path
 * @param {Request} request
 */
async function held(path, request) {
  if (current === null || request.mode === 'navigate') current = await noted() ?? SHELF;
  return (await caches.match(path, { cacheName: current })) ?? fetch(request);
}

/** @param {Request} request */
async function drawn(request) {
  return (await caches.match(request, { cacheName: PICTURES })) ?? fetch(request);
}
