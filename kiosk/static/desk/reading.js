/** "Easier to read": larger text, then larger text in high contrast, then as before. */

const STEPS = [
  { text: 'reading_normal', large: false, contrast: false },
  { text: 'reading_large', large: true, contrast: false },
  { text: 'reading_contrast', large: true, contrast: true },
];

export class Reading {
  #step = 0;
  #theme = document.documentElement.dataset.theme;

  get isFirst() { return this.#step === 0; }

  /** @returns {string} key of the words that say how it is now */
  next() {
    this.#take((this.#step + 1) % STEPS.length);
    return STEPS[this.#step].text;
  }

  reset() { this.#take(0); }

  /** @param {number} step */
  #take(step) {
    this.#step = step;
    const page = document.documentElement;
    page.classList.toggle('large', STEPS[step].large);
    if (STEPS[step].contrast) page.dataset.theme = 'contrast';
    else if (this.#theme) page.dataset.theme = this.#theme;
    else delete page.dataset.theme;
  }
}
