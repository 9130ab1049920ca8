"""What axe-core finds on pages: each page looked at whole, each colour looked at once in a run."""

from collections import Counter
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Most of axe's work is to find what lies behind every word: colours are looked at apart.
COLOURS = ["color-contrast", "link-in-text-block"]
ALL_BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in COLOURS}}
# Another language differs in words alone: what goes by them, names above all.
WORDS = [
    "area-alt",
    "aria-command-name",
    "aria-dialog-name",
    "aria-input-field-name",
    "aria-meter-name",
    "aria-progressbar-name",
    "aria-toggle-field-name",
    "aria-tooltip-name",
    "aria-treeitem-name",
    "button-name",
    "document-title",
    "empty-heading",
    "empty-table-header",
    "form-field-multiple-labels",
    "frame-title",
    "frame-title-unique",
    "html-has-lang",
    "html-lang-valid",
    "image-alt",
    "image-redundant-alt",
    "input-button-name",
    "input-image-alt",
    "label",
    "label-content-name-mismatch",
    "label-title-only",
    "landmark-unique",
    "link-name",
    "object-alt",
    "role-img-alt",
    "select-name",
    "summary-name",
    "svg-img-alt",
    "table-duplicate-name",
    "valid-lang",
]
# What cannot be judged where it stands first, such as a word out of sight, is tried again so often.
MOST_TRIES = 3
# It goes on by time-outs of nothing: those end at once, also where the page's clock stands.
LOOK = """async ([options, only]) => {
  if (!('axe' in window)) return null;
  const later = window.setTimeout;
  const { port1, port2 } = new MessageChannel();
  const next = [];
  port1.onmessage = () => next.shift()();
  window.setTimeout = (act, wait = 0, ...more) => {
    if (wait > 1) return later(act, wait, ...more);
    next.push(act);
    port2.postMessage(null);
    return 0;
  };
  try {
    const where = only ? { include: only.map((at) => window.speaking[at]) } : document;
    const resultTypes = only ? ['violations', 'incomplete'] : ['violations'];
    const found = await axe.run(where, { resultTypes, elementRef: true, ...options });
    const unsure = only ? found.incomplete.flatMap((it) => it.nodes) : [];
    return [
      found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' | ')}`),
      unsure.map((it) => window.speaking.indexOf(it.element)),
    ];
  } finally {
    window.setTimeout = later;
  }
}"""
# Everything with words of its own, and where what its contrast hangs on stands first: its colour,
# whether it is large, and what lies behind it down to the first that covers all. What is drawn out
# of its place may lie on anything: that goes by its class. Of links it is also how they differ from
# what stands around them. Of a single letter axe-core says nothing.
SPEAKING = """() => {
  const styles = new Map();
  const style = (it) => styles.get(it) ?? styles.set(it, getComputedStyle(it)).get(it);
  const moved = (it) => ['absolute', 'fixed', 'sticky'].includes(it.position)
    || it.gridRowStart !== 'auto' || it.transform !== 'none' || it.margin.includes('-');
  const known = new Map([[null, ['', '']]]);
  const behind = (it) => {
    if (!known.has(it)) {
      const [its, [under, drawn]] = [style(it), behind(it.parentElement)];
      const own = [its.backgroundColor, its.backgroundImage].join();
      const clear = own === 'rgba(0, 0, 0, 0),none';
      const covers = its.backgroundColor.startsWith('rgb(');
      const place = moved(its) ? it.className : '';
      const how = [its.opacity, its.filter, its.mixBlendMode, place].join();
      known.set(it, [
        covers ? own : clear ? under : `${under}>${own}`,
        how === '1,none,normal,' ? drawn : `${drawn}>${how}`,
      ]);
    }
    return known.get(it);
  };
  const large = (it) => {
    const points = Math.ceil(parseFloat(it.fontSize) * 72) / 96;
    return points >= 18 || (points >= 14 && it.fontWeight >= 700);
  };
  const link = (it) => [it.className, ...[it, it.parentElement].map(style).flatMap((its) =>
    [its.color, its.fontSize, its.fontWeight, its.fontStyle, its.textDecorationLine])];
  const words = (it) => [...it.childNodes]
    .map((node) => node.nodeType === Node.TEXT_NODE ? node.data.trim() : '').join('');
  const speaks = (it) => (it.matches('input, select, textarea') || words(it))
    && it.checkVisibility();
  const able = (it) => !(it.control ?? it).matches(':disabled')
    && !it.closest('[aria-disabled=true]');
  const first = new Map();
  window.speaking = [...document.body.querySelectorAll('*')].filter(speaks);
  window.speaking.forEach((it, at) => {
    const its = style(it);
    const key = [it.localName, it.type, able(it), words(it).length === 1, its.color, large(its),
      its.textShadow, ...behind(it), ...(it.localName === 'a' ? link(it) : [])].join('|');
    if (!first.has(key)) first.set(key, at);
  });
  return [...first];
}"""
# A page as it is, whatever its theme, and the same without its words: where some stand, not which.
STRUCTURES = """() => {
  const words = ['alt', 'aria-label', 'data-theme', 'datetime', 'href', 'hreflang', 'lang',
    'placeholder', 'src', 'title', 'value'];
  const said = (it) => words.includes(it.name) && !it.value.startsWith('#')
    ? it.value.trim() !== '' : it.value;
  const told = (it) => it.nodeType === Node.TEXT_NODE ? (it.data.trim() ? '.' : '')
    : it.nodeType !== Node.ELEMENT_NODE ? ''
    : `<${it.localName} ${[...it.attributes].map((one) => [one.name, said(one)])}>`
      + `${[...it.childNodes].map(told).join('')}</>`;
  const root = document.documentElement;
  return [root.outerHTML.replace(/ data-theme="\\w*"/, ''), told(document.body)];
}"""
LIVES = "document.querySelector('script[type=module]') !== null"
# A page that has the same styles is not loaded again, only what it holds.
PUT = """async ([text, path]) => {
  history.replaceState(null, '', path);
  const styles = (it) => [...it.querySelectorAll('link[rel=stylesheet]')]
    .map((one) => one.getAttribute('href')).join();
  const next = new DOMParser().parseFromString(text, 'text/html');
  if (styles(next) !== styles(document) || document.compatMode !== next.compatMode) return false;
  const [root, coming] = [document.documentElement, next.documentElement];
  [...root.attributes].forEach((it) => root.removeAttribute(it.name));
  [...coming.attributes].forEach((it) => root.setAttribute(it.name, it.value));
  const others = (it) => [...it.head.children].filter((one) => one.rel !== 'stylesheet');
  others(document).forEach((it) => it.remove());
  document.head.prepend(...others(next));
  document.body.replaceWith(next.body);
  scrollTo(0, 0);
  const loading = [...document.images].filter((it) => !it.complete && it.loading !== 'lazy');
  await Promise.all(loading.map((it) => new Promise((done) => { it.onload = it.onerror = done; })));
  return true;
}"""


def is_alive(text: str) -> bool:
    """Tell whether a page has a script of its own; what that began must not outlive the page."""
    return 'type="module"' in text


def put(page: Page, server: str, path: str, text: str) -> None:
    """Put a page as it was answered in the place of another of the same site; open a living one."""
    if is_alive(text):
        page.goto(server + path)
        return
    if page.evaluate(LIVES):
        page.goto(f"{server}/follow")
    if not page.evaluate(PUT, [text, path]):
        page.set_content(text)


def faults_found_by_axe(page: Page, options: dict[str, Any]) -> list[str]:
    """Let axe-core look at a page; give the broken rules."""
    return _look(page, options)[0]


def _look(
    page: Page, options: dict[str, Any], only: list[int] | None = None
) -> tuple[list[str], list[int]]:
    """Let axe-core look at a page, or at some of its speaking elements.

    Gives the broken rules, and the places of the speaking elements it could not judge.
    """
    found = page.evaluate(LOOK, [options, only])
    if found is None:
        page.evaluate(Axe().axe_script)
        found = page.evaluate(LOOK, [options, only])
    faults, unsure = found
    return faults, unsure


class Looks:
    """Which colours were looked at, in which size and on what, and which pages."""

    def __init__(self) -> None:
        self._structures: set[str] = set()
        self._seen: set[str] = set()
        self._tries: Counter[str] = Counter()

    def faults(self, page: Page) -> list[str]:
        """Let axe-core look at the colours nobody has looked at; give broken rules."""
        fresh = {at: key for key, at in page.evaluate(SPEAKING) if key not in self._seen}
        if not fresh:
            return []
        faults, unsure = _look(page, {"runOnly": COLOURS}, list(fresh))
        self._tries.update(fresh.values())
        again = {fresh[at] for at in unsure if at in fresh and self._tries[fresh[at]] < MOST_TRIES}
        self._seen |= set(fresh.values()) - again
        return faults

    def all_faults(self, page: Page) -> list[str]:
        """Let axe-core look at everything but the colours that were looked at before."""
        return faults_found_by_axe(page, ALL_BUT_COLOURS) + self.faults(page)

    def new_faults(self, page: Page) -> list[str]:
        """Let axe-core look at what is new on a page: all of it, its words or its colours."""
        width = str(page.viewport_size)
        whole, wordless = (width + text for text in page.evaluate(STRUCTURES))
        found = []
        if wordless not in self._structures:
            found = faults_found_by_axe(page, ALL_BUT_COLOURS)
        elif whole not in self._structures:
            found = faults_found_by_axe(page, {"runOnly": WORDS})
        found += self.faults(page)
        if not found:
            self._structures |= {whole, wordless}
        return found
