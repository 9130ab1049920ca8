// Keys of My work. Everything they do can be done by Tab, Space and Enter alone; while somebody
// types, and after the keys were switched off on this machine, none is heard.
const SWITCH = 'niemno-keys';
const help = document.getElementById('keys');
const bulk = document.querySelector('.bulk');
const boxes = [...document.querySelectorAll('.picks input[type=checkbox]')];
const links = [...document.querySelectorAll('.picks .what a')];
const toggle = help.querySelector('[data-keys]');

function remembered() {
  try {
    return localStorage.getItem(SWITCH) !== 'off';
  } catch {
    return true;
  }
}

function remember() {
  try {
    localStorage.setItem(SWITCH, toggle.checked ? 'on' : 'off');
  } catch {
    // A private window keeps nothing; the switch holds for this page.
  }
}

function isTyping(target) {
  if (target.isContentEditable) return true;
  const field = target.closest?.('input, textarea, select');
  return Boolean(field) && !['checkbox', 'radio', 'submit', 'button'].includes(field.type);
}

function place() {
  const job = document.activeElement?.closest?.('.picks .job');
  return links.findIndex((link) => link.closest('.job') === job);
}

function go(step) {
  const here = place();
  const open = links.findIndex((link) => link.closest('.job').hasAttribute('aria-current'));
  const next = here < 0 ? Math.max(open, 0) : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}

function choose() {
  const here = place();
  if (here >= 0) boxes[here].click();
}

function act() {
  if (!bulk) return;
  bulk.open = true;
  bulk.querySelector('input[type=radio]').focus();
}

function toggleHelp() {
  help.open = !help.open;
  if (help.open) help.querySelector('summary').focus();
}

const ACTS = {
  j: () => go(1),
  k: () => go(-1),
  x: choose,
  b: act,
  '/': () => document.querySelector('[data-shortcut="/"]')?.focus(),
  '?': toggleHelp,
};
const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (!toggle.checked || isTyping(event.target)) return;
  const arrow = place() >= 0 && ARROWS[event.key];
  const done = arrow ? () => go(arrow) : ACTS[event.key];
  if (!done) return;
  event.preventDefault();
  done();
});

function tell() {
  const number = boxes.filter((box) => box.checked).length;
  const count = bulk.querySelector('[data-chosen]');
  count.hidden = number === 0;
  count.textContent = String(number);
}

function chooseAll(event) {
  event.preventDefault();
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  tell();
}

help.hidden = false;
toggle.checked = remembered();
toggle.addEventListener('change', remember);
if (bulk) {
  bulk.querySelector('[data-all]').addEventListener('click', chooseAll);
  for (const box of boxes) box.addEventListener('change', tell);
  tell();
}
