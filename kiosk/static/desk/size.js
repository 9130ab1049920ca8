/** How large things are on this very panel: a target is 24 mm wide and high, whatever its points are. */

const TARGET_MM = 24;
const MM_AN_INCH = 25.4;
const USUAL_INCHES = 15.6; // until staff say how large the panel is
// Above so many rem a target, the screens are drawn tighter.
const TIGHT_REM = 6.2;
const LEAST_REM = 10;
// What else stands on a page of items, in rem.
const AROUND_LINES = { landscape: 13, portrait: 36 };
const WORDS_OF_LINE = { landscape: 0, portrait: 5 };

const root = document.documentElement;

/** @param {number | null | undefined} inches  the panel's diagonal */
export function fitPanel(inches) {
  root.dataset.inches = String(inches ?? USUAL_INCHES);
  fit();
}

function fit() {
  const inches = Number(root.dataset.inches ?? USUAL_INCHES);
  const target = TARGET_MM * Math.hypot(innerWidth, innerHeight) / (inches * MM_AN_INCH);
  root.style.setProperty('--tap', `${Math.ceil(target)}px`);
  const rem = Math.ceil(target) / parseFloat(getComputedStyle(root).fontSize);
  if (rem <= TIGHT_REM) delete root.dataset.room;
  else root.dataset.room = rem <= LEAST_REM ? 'tight' : 'least';
  root.dataset.lines = String(linesOf(rem));
}

/**
 * How many items fit on a page.
 * @param {number} target  in rem
 */
function linesOf(target) {
  const upright = innerHeight > innerWidth ? 'portrait' : 'landscape';
  const height = innerHeight / parseFloat(getComputedStyle(root).fontSize);
  const room = height - AROUND_LINES[upright] - 2 * target;
  return Math.max(1, Math.floor((room + 1) / (target + 1 + WORDS_OF_LINE[upright])));
}

window.addEventListener('resize', fit);
fitPanel(null);
