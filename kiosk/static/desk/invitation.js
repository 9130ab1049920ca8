/** What a rating is about, said before the touch: an officer's button, or the bar code of a receipt. */

import { readInvitation } from './api.js';

/**
 * @typedef {object} Invitation
 * @property {{code: string, name: string} | null} procedure
 * @property {string | null} dossier
 */

const KEY = 'niemno.invitation';
const ASK_MS = 1_500;
const UNREACHED_MS = 10_000;
const LASTS_MS = 300_000;
const REFUSED = [401, 403];
// A scanner types faster than anybody, and ends with Enter.
const FASTEST_HAND_MS = 60;
const CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{5,59}$/;

export class Invitations {
  #token;
  #heard;
  #over;
  #last = Number(kept() ?? 0);
  #typed = '';
  #typedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #end;

  /**
   * @param {() => string | null} token  null asks nobody
   * @param {(invitation: Invitation) => void} heard
   * @param {() => void} over  called when nobody came
   */
  constructor(token, heard, over) {
    this.#token = token;
    this.#heard = heard;
    this.#over = over;
    document.addEventListener('keydown', (event) => this.#key(event), { capture: true });
    void this.#ask();
  }

  async #ask() {
    const paired = this.#token();
    const answer = paired === null ? null : await readInvitation(paired, this.#last);
    const unheard = paired !== null && (answer === null || REFUSED.includes(answer.status));
    setTimeout(() => this.#ask(), unheard ? UNREACHED_MS : ASK_MS);
    if (!answer?.invitation) return;
    this.#last = answer.invitation.id;
    keep(this.#last);
    this.#tell(answer.invitation);
  }

  /** @param {Invitation} invitation */
  #tell({ procedure, dossier }) {
    clearTimeout(this.#end);
    this.#end = setTimeout(() => this.#over(), LASTS_MS);
    this.#heard({ procedure, dossier });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof HTMLTextAreaElement || event.isComposing) return;
    const quick = event.timeStamp - this.#typedAt < FASTEST_HAND_MS;
    this.#typedAt = event.timeStamp;
    if (event.key === 'Enter' && quick && CODE.test(this.#typed)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#tell({ procedure: null, dossier: this.#typed });
    }
    if (event.key.length === 1) this.#typed = quick ? this.#typed + event.key : event.key;
    else if (event.key !== 'Shift') this.#typed = '';
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {number} id */
function keep(id) {
  try {
    localStorage.setItem(KEY, String(id));
  } catch {
    // At worst it is shown once more.
  }
}
