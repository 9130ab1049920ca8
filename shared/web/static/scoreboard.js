// The scoreboard keeps itself fresh without a flicker: it takes over the new page's content. A long
// list is shown page by page; arrows turn it, the space bar holds it still. While the server is
// away the last figures stay.
const FRESH_MS = 60_000;
const TURN_MS = 15_000;
const TOO_LATE_MS = 20_000;
let page = 0;
let held = false;

function shown() {
  return document.getElementById('wall');
}

function pages() {
  return [...shown().querySelectorAll('.places')];
}

function show(wanted) {
  const all = pages();
  if (all.length === 0) return;
  page = (wanted + all.length) % all.length;
  all.forEach((one, at) => {
    one.hidden = at !== page;
  });
  const turn = shown().querySelector('.turn');
  turn.textContent = all.length > 1 ? `${page + 1} / ${all.length}${held ? ' ⏸' : ''}` : '';
}

async function fresh() {
  const address = new URL(location.href);
  address.searchParams.set('unattended', '1'); // nobody's doing: it keeps no session alive
  const answer = await fetch(address, {
    cache: 'no-store',
    redirect: 'manual',
    signal: AbortSignal.timeout(TOO_LATE_MS),
  });
  if (answer.type === 'opaqueredirect') return null; // to the sign-in: the session is over
  const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const wall = found.getElementById('wall');
  // Whatever else answers in the server's place, such as a sign-in page, is not it.
  if (!answer.ok || wall?.dataset.code !== shown().dataset.code) throw new Error('no scoreboard');
  return wall;
}

async function refresh() {
  try {
    const wall = await fresh();
    if (wall) shown().replaceWith(document.adoptNode(wall));
    else away('.ended');
    show(page);
  } catch {
    away('.offline');
  }
  tick();
  setTimeout(refresh, FRESH_MS);
}

function away(why) {
  for (const one of shown().querySelectorAll('.away')) one.hidden = !one.matches(why);
}

function tick() {
  const clock = shown().querySelector('.clock');
  const form = { timeStyle: 'short', hourCycle: 'h23', timeZone: shown().dataset.zone };
  clock.textContent = new Intl.DateTimeFormat('vi', form).format();
  clock.hidden = false;
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowRight' || event.key === 'ArrowDown') show(page + 1);
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') show(page - 1);
  else if (event.key === ' ') {
    held = !held;
    show(page);
  } else return;
  event.preventDefault();
});

show(0);
tick();
setInterval(tick, 1_000);
setInterval(() => held || show(page + 1), TURN_MS);
setTimeout(refresh, FRESH_MS);
