/** The desk's own QR picture is kept, so that a start without a network shows it; one that is missing is hidden. */

const SHELF = 'niemno-pictures'; // the worker looks here

let kept = '';

/** @param {string} address */
export async function keepPicture(address) {
  if (address === kept || !navigator.serviceWorker) return;
  try {
    const shelf = await caches.open(SHELF);
    if (await shelf.match(address) === undefined) {
      const answer = await fetch(address, { redirect: 'error', credentials: 'omit' });
      // A captive portal answers with a page.
      if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('image/')) return;
      for (const older of await shelf.keys()) await shelf.delete(older);
      await shelf.put(address, answer);
    }
    kept = address;
  } catch {
    // Tried again when the server is heard next.
  }
}

/** @param {Iterable<Element>} images  shown once they are there, and only then */
export function hideMissing(images) {
  for (const image of images) {
    const show = (/** @type {boolean} */ there) => {
      /** @type {HTMLElement} */ (image).hidden = !there;
      image.closest('[data-phone]')?.toggleAttribute('data-pictureless', !there);
    };
    image.addEventListener('load', () => show(true));
    image.addEventListener('error', () => show(false));
  }
}
