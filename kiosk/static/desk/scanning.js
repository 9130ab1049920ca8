/** One switch: targets light up one after another, Space or Enter takes the one that is lit. */

const STEP_MS = 1_600;
const ROWS = '.hg-row, .item';
const PATIENT_ROUNDS = 2; // who waits for the light is still there

/** @typedef {HTMLElement[]} Target  one button, or a row of them to be gone through after */

export class Scanning {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  /** @type {Target | null} the row being gone through */
  #row = null;
  #place = -1;
  #rounds = 0;
  #waited;

  /** @param {() => void} waited  called while somebody may be waiting for the light to come round */
  constructor(waited) {
    this.#waited = waited;
    document.addEventListener('keydown', (event) => this.#key(event), { capture: true });
    // Another screen begins at its first target.
    new MutationObserver(() => this.#begin()).observe(document.body, { attributeFilter: ['data-screen'] });
  }

  get active() { return this.#timer !== undefined; }

  /** @param {boolean} on */
  set(on) {
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#step(), STEP_MS) : undefined;
    this.#begin();
  }

  #begin() {
    this.#row = null;
    this.#place = -1;
    this.#mark([]);
    if (this.active) this.#step();
  }

  #step() {
    const targets = this.#targets();
    this.#place += 1;
    if (this.#rounds < PATIENT_ROUNDS) this.#waited();
    if (this.#place >= targets.length) {
      this.#rounds += 1;
      // A row gone through without a choice is left again.
      this.#place = 0;
      if (this.#row) {
        this.#row = null;
        this.#mark(this.#targets()[0] ?? []);
        return;
      }
    }
    this.#mark(targets[this.#place] ?? []);
  }

  #take() {
    const target = this.#targets()[this.#place];
    if (!target) return;
    this.#rounds = 0;
    if (target.length === 1) target[0].click();
    if (!this.active) return;
    this.set(true);
    if (target.length === 1) return;
    this.#row = target;
    this.#place = -1;
    this.#step();
  }

  /** @returns {Target[]} */
  #targets() {
    if (this.#row) return this.#row.filter(usable).map((button) => [button]);
    const notice = document.querySelector('.over:not([hidden])');
    const rows = notice ? [] : [...document.querySelectorAll(`.screen:not([hidden]) ${ROWS}`)];
    const inRows = new Set(rows.flatMap((row) => [...row.querySelectorAll('button')]));
    const single = notice ? buttonsOf(notice) : [
      ...buttonsOf(document.querySelector('.screen:not([hidden])')).filter((button) => !inRows.has(button)),
      ...buttonsOf(document.querySelector('.d-head .tools')),
    ];
    return [...single.map((button) => [button]), ...rows.map(buttonsOf)];
  }

  /** @param {Target} target */
  #mark(target) {
    for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
    for (const button of target) button.classList.add('lit');
    if (target.length === 1) target[0].focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.active || event.repeat || (event.key !== ' ' && event.key !== 'Enter')) return;
    event.preventDefault();
    event.stopPropagation();
    this.#take();
  }
}

/** @param {Element | null} place */
function buttonsOf(place) {
  return [...(place?.querySelectorAll('button') ?? [])].filter(usable);
}

/** @param {HTMLButtonElement | HTMLElement} button */
function usable(button) {
  return button.checkVisibility() && !(/** @type {HTMLButtonElement} */ (button).disabled);
}
