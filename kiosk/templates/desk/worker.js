/** Holds one version of the whole desk screen and answers for nothing else. */

const VERSION = {{ version|tojson }};
/** Address and digest of every file of this version. */
const FILES = {{ files|tojson }};
const NAME = 'niemno-desk-';
const SHELF = `${NAME}${VERSION}`;

self.addEventListener('install', (event) => event.waitUntil(fill()));

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => {
  // The page asks for it while nobody is rating.
  if (event.data === 'activate') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method === 'GET' && origin === self.location.origin && Object.hasOwn(FILES, pathname)) {
    event.respondWith(held(pathname, event.request));
  }
});

/** Take every file, each checked by its digest, or none: two versions do not fit together. */
async function fill() {
  const shelf = await caches.open(SHELF);
  try {
    await shelf.addAll(
      Object.entries(FILES).map(([path, integrity]) => (
        new Request(path, { integrity, cache: 'no-cache', credentials: 'omit' })
      )),
    );
  } catch (error) {
    await caches.delete(SHELF);
    throw error;
  }
}

async function takeOver() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(NAME) && name !== SHELF);
  await Promise.all(older.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/**
 * @param {string} path
 * @param {Request} request
 */
async function held(path, request) {
  const shelf = await caches.open(SHELF);
  return (await shelf.match(path)) ?? fetch(request);
}
