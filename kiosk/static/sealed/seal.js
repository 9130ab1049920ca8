/**
 * Seals what is written in a form before it is sent: AES-256-GCM under a fresh key, which is
 * wrapped by RSA-OAEP (SHA-256) for every reader. The server does the same for who runs no
 * script: shared/adapters/sealing.py. Text and contact themselves never leave this page.
 */

const BLOCK_BYTES = 2048;
const form = document.querySelector('form[data-keys]');

const inBase64 = (buffer) => {
  const bytes = new Uint8Array(buffer);
  let signs = '';
  for (const byte of bytes) signs += String.fromCharCode(byte);
  return btoa(signs);
};

const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** Fill up to whole blocks, so that the length tells nothing. */
const filledUp = (text) => {
  const bytes = new TextEncoder().encode(text);
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES).fill(32);
  whole.set(bytes);
  return whole;
};

/** Give what a text is sealed together with: in another report it does not open. */
const binding = async (id) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** @param {Record<string, string>} keys public keys (SubjectPublicKeyInfo) by fingerprint */
const seal = async (content, id, keys) => {
  const algorithm = { name: 'AES-GCM', length: 256 };
  const fresh = await crypto.subtle.generateKey(algorithm, true, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(await binding(id));
  const data = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData }, fresh, filledUp(JSON.stringify(content)));
  const raw = await crypto.subtle.exportKey('raw', fresh);
  const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const wrapped = {};
  for (const [fingerprint, text] of Object.entries(keys)) {
    const key = await crypto.subtle.importKey('spki', fromBase64(text), oaep, false, ['encrypt']);
    wrapped[fingerprint] = inBase64(await crypto.subtle.encrypt(oaep, key, raw));
  }
  return JSON.stringify({ iv: inBase64(iv), data: inBase64(data), wrapped });
};

const say = (here) => {
  for (const note of document.querySelectorAll('[data-sealed-in]')) {
    note.hidden = note.dataset.sealedIn !== here;
  }
};

const fields = () => [...form.querySelectorAll('[data-seal]')];

const sealAndSend = async (event) => {
  event.preventDefault();
  const button = form.querySelector('button:not([type])');
  button.disabled = true;
  const content = Object.fromEntries(
    fields().map((field) => [field.dataset.seal, field.value.trim()]));
  try {
    form.elements.sealed.value = await seal(
      { contact: '', ...content }, form.elements.id.value, JSON.parse(form.dataset.keys));
  } catch {
    form.removeEventListener('submit', sealAndSend);
    say('server');
    document.getElementById('not-here').hidden = false;
    button.disabled = false;
    return;
  }
  for (const field of fields()) field.disabled = true;
  form.submit();
};

// Only a secure page (https, or this machine) has what it takes to seal.
if (form && globalThis.crypto?.subtle) {
  say('browser');
  form.addEventListener('submit', sealAndSend);
  // Whoever comes back to the page finds what they wrote, not yet sealed.
  addEventListener('pageshow', () => {
    form.elements.sealed.value = '';
    form.querySelector('button:not([type])').disabled = false;
    for (const field of fields()) field.disabled = false;
  });
}
