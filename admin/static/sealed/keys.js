/** An inspector's key: made here, kept in a file under a passphrase, never sent. */

const OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' };
const BITS = 3072;
const ITERATIONS = 600_000; // of PBKDF2 with SHA-256, as OWASP asks

export const inBase64 = (buffer) => {
  let signs = '';
  for (const byte of new Uint8Array(buffer)) signs += String.fromCharCode(byte);
  return btoa(signs);
};

export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

const inHex = (buffer) => [...new Uint8Array(buffer)]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('');

const lockOf = async (passphrase, salt, iterations) => {
  const words = new TextEncoder().encode(passphrase.normalize('NFC'));
  const from = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, from,
    { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
};

/** Make a key pair; give the public half, its fingerprint, and the locked file's text. */
export async function make(passphrase) {
  const shape = { ...OAEP, modulusLength: BITS, publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey(shape, true, ['encrypt', 'decrypt']);
  const publicKey = await crypto.subtle.exportKey('spki', pair.publicKey);
  const privateKey = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
  const fingerprint = inHex(await crypto.subtle.digest('SHA-256', publicKey));
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const lock = await lockOf(passphrase, salt, ITERATIONS);
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, lock, privateKey);
  const file = JSON.stringify({
    niemno_key: 1, fingerprint, iterations: ITERATIONS,
    salt: inBase64(salt), iv: inBase64(iv), data: inBase64(data),
  });
  return { publicKey: inBase64(publicKey), fingerprint, file };
}

/** Unlock a key file; it throws for a wrong passphrase as for another file. */
export async function unlock(text, passphrase) {
  const kept = JSON.parse(text);
  const lock = await lockOf(passphrase, fromBase64(kept.salt), kept.iterations);
  const privateKey = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: fromBase64(kept.iv) }, lock, fromBase64(kept.data));
  const key = await crypto.subtle.importKey('pkcs8', privateKey, OAEP, false, ['decrypt']);
  return { fingerprint: kept.fingerprint, key };
}

/** Open one sealed text with an unlocked key; null when it was not sealed for that key. */
export async function open(sealed, { fingerprint, key }) {
  const wrapped = sealed.keys[fingerprint];
  if (!wrapped) return null;
  const raw = await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, key, fromBase64(wrapped));
  const fresh = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const additionalData = new TextEncoder().encode(sealed.binding);
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: fromBase64(sealed.iv), additionalData }, fresh, fromBase64(sealed.data));
  return JSON.parse(new TextDecoder().decode(plain));
}
