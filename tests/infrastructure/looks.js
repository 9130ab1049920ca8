// What axe-core finds on pages, asked for from within them. `known` holds what was looked at in
// this run: what is added to it is given back, so that the next page begins with it.
window.looks = (() => {
  // Most of axe's work is to find what lies behind every word: colours are looked at apart.
  const COLOURS = ['color-contrast', 'link-in-text-block'];
  const ALL_BUT_COLOURS = {
    rules: Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }])),
  };
  // Another language has other words in the same places: what goes by which they are. Whether
  // there are any belongs to the structure.
  const WORDS = [
    'document-title',
    'frame-title-unique',
    'html-has-lang',
    'html-lang-valid',
    'image-redundant-alt',
    'label-content-name-mismatch',
    'label-title-only',
    'landmark-unique',
    'table-duplicate-name',
    'valid-lang',
  ];
  // What cannot be judged where it stands first, such as a word out of sight, is tried so often.
  const MOST_TRIES = 3;
  const root = () => document.documentElement;
  axe.configure({ noHtml: true });

  // A mark of a text, in its place: 53 bits of it.
  function mark(text) {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at += 1) {
      const letter = text.charCodeAt(at);
      one = Math.imul(one ^ letter, 2654435761);
      two = Math.imul(two ^ letter, 1597334677);
    }
    one ^= Math.imul(two ^ (two >>> 15), 2246822507);
    two ^= Math.imul(one ^ (one >>> 13), 3266489909);
    return ((two & 0x1fffff) * 4294967296 + (one >>> 0)).toString(36);
  }

  // What axe-core finds, as it finds it: elements by rule, broken or not to be judged. It goes on by
  // time-outs of nothing: those end at once, also where the clock stands.
  async function judge(options, include) {
    const later = window.setTimeout;
    window.setTimeout = (act, wait = 0, ...more) => {
      if (wait > 1) return later(act, wait, ...more);
      queueMicrotask(act);
      return 0;
    };
    const reporter = (rules, _options, done) => done(rules);
    try {
      return await axe.run(include ? { include } : document, {
        elementRef: true, preload: { assets: ['media'] }, reporter, ...options,
      });
    } finally {
      window.setTimeout = later;
    }
  }

  const told = (rules) => rules.filter((it) => it.violations.length)
    .map((it) => `${it.id}: ${it.violations.map((one) => one.node.element.outerHTML.slice(0, 300)).join(' | ')}`);

  // Everything with words of its own, by all its contrast hangs on but the theme. Of a single letter
  // axe-core says nothing.
  function speaking() {
    const words = (it) => [...it.childNodes]
      .map((node) => node.nodeType === Node.TEXT_NODE ? node.data.trim() : '').join('');
    const able = (it) => !(it.control ?? it).matches(':disabled')
      && !it.closest('[aria-disabled=true]');
    const found = [];
    for (const it of document.body.querySelectorAll('*')) {
      const said = words(it);
      if ((said || it.matches('input, select, textarea')) && it.checkVisibility()) {
        found.push([it, [it.localName, it.type, able(it), said.length === 1].join('|')]);
      }
    }
    return found;
  }

  // The first of those alike in this theme: by its colour, whether it is large, and what lies behind
  // it down to the first that covers all. What is drawn out of its place may lie on anything: that
  // goes by its class. Of links it is also how they differ from what stands around them.
  function firsts(spoken) {
    const styles = new Map();
    const style = (it) => styles.get(it) ?? styles.set(it, getComputedStyle(it)).get(it);
    const moved = (it) => ['absolute', 'fixed', 'sticky'].includes(it.position)
      || it.gridRowStart !== 'auto' || it.transform !== 'none' || it.margin.includes('-');
    const above = new Map([[null, ['', '']]]);
    const behind = (it) => {
      if (!above.has(it)) {
        const [its, [under, drawn]] = [style(it), behind(it.parentElement)];
        const own = [its.backgroundColor, its.backgroundImage].join();
        const clear = own === 'rgba(0, 0, 0, 0),none';
        const covers = its.backgroundColor.startsWith('rgb(');
        const place = moved(its) ? it.className : '';
        const how = [its.opacity, its.filter, its.mixBlendMode, place].join();
        above.set(it, [
          covers ? own : clear ? under : `${under}>${own}`,
          how === '1,none,normal,' ? drawn : `${drawn}>${how}`,
        ]);
      }
      return above.get(it);
    };
    const large = (it) => {
      const points = Math.ceil(parseFloat(it.fontSize) * 72) / 96;
      return points >= 18 || (points >= 14 && it.fontWeight >= 700);
    };
    const link = (it) => [it.className, ...[it, it.parentElement].map(style).flatMap((its) =>
      [its.color, its.fontSize, its.fontWeight, its.fontStyle, its.textDecorationLine])];
    const found = new Map();
    for (const [it, kind] of spoken) {
      const its = style(it);
      const key = mark([kind, its.color, large(its), its.textShadow, ...behind(it),
        ...(it.localName === 'a' ? link(it) : [])].join('|'));
      if (!found.has(key)) found.set(key, it);
    }
    return found;
  }

  // A page as it is, whatever its theme, and the same without its words: where some stand, not
  // which; both in this size, and in any.
  function structures() {
    const words = ['alt', 'aria-label', 'data-theme', 'datetime', 'href', 'hreflang', 'lang',
      'placeholder', 'src', 'title', 'value'];
    const said = (it) => words.includes(it.name) && !it.value.startsWith('#')
      ? it.value.trim() !== '' : it.value;
    const tell = (it) => it.nodeType === Node.TEXT_NODE ? (it.data.trim() ? '.' : '')
      : it.nodeType !== Node.ELEMENT_NODE ? ''
      : `<${it.localName} ${[...it.attributes].map((one) => [one.name, said(one)])}>`
        + `${[...it.childNodes].map(tell).join('')}</>`;
    const wordless = (document.title.trim() !== '') + tell(document.body);
    const size = `${innerWidth} ${innerHeight}`;
    return {
      whole: mark(size + root().outerHTML.replace(/ data-theme="\w*"/, '')),
      wordless: mark(size + wordless),
      anywhere: mark(wordless),
    };
  }

  // All that is new of it, or its words alone where only they are new: in this size, or in any.
  async function contents(known, { whole, wordless, anywhere }, size) {
    const before = size === 'this' ? wordless : anywhere;
    if (whole in known) return [];
    const found = told(await judge(before in known ? { runOnly: WORDS } : ALL_BUT_COLOURS));
    if (found.length === 0) known[whole] = known[before] = known[anywhere] = MOST_TRIES;
    return found;
  }

  // The colours that nobody has looked at.
  async function colours(known, spoken) {
    // None half-way to another.
    for (const it of document.getAnimations()) if (it instanceof CSSTransition) it.finish();
    const fresh = [...firsts(spoken)].filter(([key]) => (known[key] ?? 0) < MOST_TRIES);
    if (fresh.length === 0) return [];
    const found = await judge({ runOnly: COLOURS }, fresh.map(([, it]) => it));
    const unsure = new Set(found.flatMap((it) => it.incomplete.map((one) => one.node.element)));
    for (const [key, it] of fresh) known[key] = unsure.has(it) ? (known[key] ?? 0) + 1 : MOST_TRIES;
    return told(found);
  }

  // The same in each of these themes; paper has none, and without any it is the page's own. In the
  // last one it stays.
  async function coloursIn(known, themes) {
    const spoken = speaking();
    if (themes.length === 0 || root().matches('.paper')) return colours(known, spoken);
    const found = [];
    for (const theme of themes) {
      root().dataset.theme = theme;
      found.push(...(await colours(known, spoken)).map((fault) => `[${theme}] ${fault}`));
    }
    return found;
  }

  // The widest things that stick out with words of this size, outside what scrolls by itself; and,
  // in the page's own size, what must be scrolled to be read whole.
  function sideways(size) {
    root().style.fontSize = size;
    const sticking = (it) => it.getBoundingClientRect().right > root().clientWidth + 1
      && !it.closest('.scroll');
    const found = root().scrollWidth <= root().clientWidth ? []
      : [...document.body.querySelectorAll('*')].filter(sticking)
        .filter((it) => ![...it.children].some(sticking)).slice(0, 3)
        .map((it) => `scrolls sideways: ${it.outerHTML.slice(0, 200)}`);
    root().style.fontSize = '';
    found.push(...[...document.querySelectorAll('.scroll')]
      .filter((it) => it.scrollWidth > it.clientWidth + 1)
      .map((it) => `scrolls within: ${it.outerHTML.slice(0, 200)}`));
    return found;
  }

  // What axe-core would say of lines and surfaces, one by one: nothing.
  function rubOut() {
    const saying = 'a, desc, foreignObject, image, text, title, use, [id], [role], [tabindex]';
    for (const it of document.querySelectorAll('svg')) {
      if (!it.querySelector(saying)) it.replaceChildren();
    }
  }

  async function look(known, wants, handed) {
    const marks = wants.size ? structures() : null;
    const found = wants.themes ? await coloursIn(known, wants.themes) : [];
    if (wants.sideways) found.push(...sideways(wants.sideways));
    if (handed) rubOut();
    if (marks) found.push(...await contents(known, marks, wants.size));
    return found;
  }

  // Put a page as it was answered in the place of another of the same site and policy.
  async function put(text, unfolded) {
    const next = new DOMParser().parseFromString(text, 'text/html');
    if (document.compatMode !== next.compatMode) throw new Error('another way of drawing');
    const sheets = (it) => [...it.querySelectorAll('link[rel=stylesheet]')];
    const styles = (it) => sheets(it).map((one) => one.getAttribute('href')).join();
    const there = (it) => new Promise((done) => { it.onload = it.onerror = done; });
    [...root().attributes].forEach((it) => root().removeAttribute(it.name));
    [...next.documentElement.attributes].forEach((it) => root().setAttribute(it.name, it.value));
    if (styles(next) === styles(document)) {
      const others = (it) => [...it.head.children].filter((one) => one.rel !== 'stylesheet');
      others(document).forEach((it) => it.remove());
      document.head.prepend(...others(next));
    } else {
      const loading = sheets(next).map(there);
      document.head.replaceWith(next.head);
      await Promise.all(loading);
    }
    document.body.replaceWith(next.body);
    if (unfolded) document.querySelectorAll('details').forEach((it) => { it.open = true; });
    scrollTo(0, 0);
    const images = [...document.images].filter((it) => !it.complete && it.loading !== 'lazy');
    await Promise.all(images.map(there));
    document.body.getBoundingClientRect(); // now it knows which letters it needs
    if (document.fonts.status === 'loading') await document.fonts.ready;
  }

  // Each gives what it found, and what is known since.
  const learning = (find) => async (known, wants, ...more) => {
    const now = { ...known };
    const found = await find(now, wants, ...more);
    return [found, Object.fromEntries(Object.entries(now).filter(([key, it]) => known[key] !== it))];
  };
  return {
    standing: learning(async (known, wants) => {
      const { theme } = root().dataset;
      const found = await look(known, wants, false);
      if (theme === undefined) delete root().dataset.theme;
      else root().dataset.theme = theme;
      return found;
    }),
    handed: learning(async (known, wants, pages) => {
      const found = [];
      for (const [path, text] of pages) {
        await put(text, wants.unfolded);
        found.push(...(await look(known, wants, true)).map((fault) => `${path} ${fault}`));
      }
      return found;
    }),
  };
})();
