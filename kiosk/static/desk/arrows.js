/** Arrow keys go from a face, a box or a key to the next one in their direction. */

const GROUPS = '.faces, .choices, .items, .keyboard';
const WAYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});
const ASIDE = 3; // a step sideways is worth three straight on

export function followArrows() {
  document.addEventListener('keydown', (event) => {
    const way = WAYS[event.key];
    const from = document.activeElement;
    const group = from instanceof HTMLButtonElement ? from.closest(GROUPS) : null;
    if (!way || !group || !from) return;
    event.preventDefault();
    nearest(group, from, way)?.focus();
  });
}

/**
 * @param {Element} group
 * @param {Element} from
 * @param {[number, number]} way
 * @returns {HTMLButtonElement | null}
 */
function nearest(group, from, [right, down]) {
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const button of group.querySelectorAll('button')) {
    const there = middle(button);
    const ahead = (there.x - here.x) * right + (there.y - here.y) * down;
    const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * right);
    const far = ahead + ASIDE * aside;
    if (button === from || button.disabled || !button.checkVisibility() || ahead < 1 || far >= least) continue;
    least = far;
    best = button;
  }
  return best;
}

/** @param {Element} element */
function middle(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
