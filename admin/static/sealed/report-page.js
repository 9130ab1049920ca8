/** The page of one report: its texts are fetched sealed, opened here, and written nowhere. */

import { open, unlock } from './keys.js';

const form = document.getElementById('open');
const texts = document.getElementById('texts');
const template = document.getElementById('text');
const show = (id, shown = true) => { document.getElementById(id).hidden = !shown; };
const refuse = (why) => ['wrong-key', 'other-key', 'not-fetched'].forEach((id) => show(id, id === why));

const fetched = async () => {
  const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
};

const add = (sealed, content) => {
  const one = template.content.cloneNode(true);
  one.querySelector('[data-at]').textContent = sealed.at;
  one.querySelector('[data-text]').textContent = content.text;
  if (content.contact) {
    one.querySelector('[data-contact]').textContent = content.contact;
    one.querySelector('[data-contact-line]').hidden = false;
  }
  texts.append(one);
};

const read = async (event) => {
  event.preventDefault();
  const [file] = document.getElementById('key-file').files;
  const passphrase = document.getElementById('passphrase');
  let key;
  try {
    key = await unlock(await file.text(), passphrase.value);
  } catch {
    return refuse('wrong-key');
  }
  // Asking for the texts is written down as an opening: a key that opens none of them asks for none.
  if (!form.dataset.keys.split(' ').includes(key.fingerprint)) return refuse('other-key');
  const answer = await fetched().catch(() => null);
  if (answer === null) return refuse('not-fetched');
  refuse(null);
  passphrase.value = '';
  texts.replaceChildren();
  let shut = 0;
  for (const sealed of answer.texts) {
    const content = await open(sealed, key).catch(() => null);
    if (content) add(sealed, content);
    else shut += 1;
  }
  show('shut', shut > 0);
  show('texts');
  show('recorded');
  document.getElementById('nobody')?.remove();
  document.querySelectorAll('[data-until-opened]').forEach((it) => it.remove());
  document.querySelectorAll('[data-once-opened]').forEach((it) => { it.hidden = false; });
  show('steps');
  for (const field of document.querySelectorAll('input[name=version]')) {
    field.value = answer.version;
  }
};

if (globalThis.crypto?.subtle) {
  show('open');
  form.addEventListener('submit', read);
} else {
  show('no-crypto');
}
