/** Seconds that run down, said in words and drawn as a ring. */

const AROUND = 2 * Math.PI * 27;

export class Countdown {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {number} seconds
   * @param {(left: number) => void} tell  called at once and then every second while any is left
   * @param {() => void} end
   */
  start(seconds, tell, end) {
    this.stop();
    let left = seconds;
    tell(left);
    this.#timer = setInterval(() => {
      left -= 1;
      if (left > 0) {
        tell(left);
      } else {
        this.stop();
        end();
      }
    }, 1000);
  }

  stop() { clearInterval(this.#timer); }
}

/**
 * Draw what is left on a ring of the template.
 * @param {Element} ring
 * @param {number} left
 * @param {number} whole
 */
export function drawRing(ring, left, whole) {
  const arc = ring.querySelector('.arc');
  const number = ring.querySelector('text');
  arc?.setAttribute('stroke-dasharray', `${((AROUND * left) / whole).toFixed(1)} ${AROUND.toFixed(1)}`);
  if (number) number.textContent = String(left);
}
