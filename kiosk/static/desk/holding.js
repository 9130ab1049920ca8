/** A button that must be held for three seconds, by finger or by key. */

const HELD_MS = 3_000;

/**
 * @param {HTMLElement} button
 * @param {() => void} act
 */
export function whenHeld(button, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const begin = () => {
    timer ??= setTimeout(() => { end(); act(); }, HELD_MS);
    button.classList.add('held');
  };
  const end = () => {
    clearTimeout(timer);
    timer = undefined;
    button.classList.remove('held');
  };
  button.addEventListener('pointerdown', begin);
  button.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.stopPropagation();
    begin();
  });
  for (const released of ['pointerup', 'pointerleave', 'pointercancel', 'keyup', 'blur']) button.addEventListener(released, end);
  button.addEventListener('contextmenu', (event) => event.preventDefault());
}
