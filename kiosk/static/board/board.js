// The wall board keeps itself fresh: it takes over the new page's content and, when nobody asked
// for one language, speaks them in turn. While the server is away the last figures stay.
const EVERY_MS = 30_000;
const TOO_LATE_MS = 20_000;
const still = matchMedia('(prefers-reduced-motion: reduce)');
let turn = 0;

function shown() {
  return document.getElementById('board');
}

function nextAddress() {
  const address = new URL(location.href);
  const languages = (shown().dataset.languages || '').split(' ').filter(Boolean);
  if (languages.length > 1 && !still.matches) {
    turn = (turn + 1) % languages.length;
    address.searchParams.set('lang', languages[turn]);
  }
  return address;
}

async function fresh() {
  // Without cookies: the language of the moment is nobody's choice.
  const answer = await fetch(nextAddress(), {
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(TOO_LATE_MS),
  });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const board = page.getElementById('board');
  // Whatever else answers in the server's place, such as a sign-in page of the network, is not it.
  if (!answer.ok || board?.dataset.code !== shown().dataset.code) throw new Error('no board');
  return page;
}

function takeOver(page) {
  const board = page.getElementById('board');
  const { languages } = shown().dataset;
  if (languages) board.dataset.languages = languages;
  shown().replaceWith(document.adoptNode(board));
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
}

async function refresh() {
  try {
    takeOver(await fresh());
  } catch {
    shown().querySelector('.away').hidden = false;
  }
  tick();
  setTimeout(refresh, EVERY_MS);
}

function tick() {
  const clock = shown().querySelector('.clock');
  const form = { timeStyle: 'short', hourCycle: 'h23', timeZone: shown().dataset.zone };
  clock.textContent = new Intl.DateTimeFormat('vi', form).format();
  clock.hidden = false;
}

turn = Math.max(0, (shown().dataset.languages || '').split(' ').indexOf(document.documentElement.lang));
tick();
setInterval(tick, 1_000);
setTimeout(refresh, EVERY_MS);
