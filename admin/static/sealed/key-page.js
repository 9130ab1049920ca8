/** The page on which an inspector makes a key: the file is saved first, then the key registered. */

import { make } from './keys.js';

const form = document.getElementById('make');
const register = document.getElementById('register');
const show = (id, shown = true) => { document.getElementById(id).hidden = !shown; };

if (!globalThis.crypto?.subtle) {
  show('no-crypto');
} else {
  show('make');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { passphrase, again } = form.elements;
    show('differ', passphrase.value !== again.value);
    if (passphrase.value !== again.value) return;
    form.querySelector('button').disabled = true;
    const made = await make(passphrase.value);
    passphrase.value = again.value = '';
    const link = document.getElementById('file');
    link.href = URL.createObjectURL(new Blob([made.file], { type: 'application/json' }));
    link.download = `niemno-khoa-${made.fingerprint.slice(0, 8)}.json`;
    register.elements.public_key.value = made.publicKey;
    link.addEventListener('click', () => { register.querySelector('button').disabled = false; });
    show('made');
    show('make', false);
    link.focus();
  });
}
