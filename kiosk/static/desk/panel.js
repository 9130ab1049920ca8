/** A panel over the screen: what lies under it rests, the focus goes in and comes back. */

/**
 * @param {HTMLElement} panel
 * @param {HTMLElement} opener
 * @param {boolean} open
 */
export function openPanel(panel, opener, open) {
  if (panel.hidden !== open) return;
  panel.hidden = !open;
  // Only what lies under the panel rests, or a key would go on where nobody sees it.
  for (const part of document.querySelectorAll('.d-head, main, .d-foot')) part.toggleAttribute('inert', open);
  if (open) panel.querySelector('h2')?.focus();
  else opener.focus();
}

/**
 * Close the panel by its own button, and by Escape.
 * @param {HTMLElement} panel
 * @param {() => void} close
 */
export function whenClosed(panel, close) {
  panel.querySelector('.primary')?.addEventListener('click', close);
  panel.addEventListener('keydown', ({ key }) => { if (key === 'Escape') close(); });
}
