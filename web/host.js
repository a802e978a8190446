'use strict';
// What the program asks of the page: the address, sharing, the clipboard, files.

headwise.host = (() => {
  const shortestInterval = 400;  // browsers refuse more than some hundred changes in half a minute
  let address = null;            // not yet shown
  let shownAt = -Infinity;
  let timer = 0;

  function showAddress() {
    clearTimeout(timer);
    timer = 0;
    if (address === null) return;
    shownAt = performance.now();
    try {
      history.replaceState(null, '', '#' + address);
    } catch {
      // A sandboxed frame has no address of its own to change.
    }
    address = null;
  }

  function setTheme(hash) {
    const theme = new URLSearchParams(hash.replace(/^#/, '')).get('theme');
    document.documentElement.dataset.theme = theme || 'auto';
  }

  function setAddress(hash) {
    address = hash;
    setTheme(hash);
    headwise.embed.changed();
    timer ||= setTimeout(showAddress, Math.max(0, shownAt + shortestInterval - performance.now()));
  }

  // The old way, where the clipboard's interface is missing or not allowed.
  function copyBySelection(text) {
    const area = document.createElement('textarea');
    const before = document.activeElement;
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand('copy');
    } catch {
      done = false;
    }
    area.remove();
    before?.focus({preventScroll: true});
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }

  async function share(hash) {
    address = hash;
    showAddress();
    const link = location.href.split('#')[0] + '#' + hash;
    const done = await copy(link);
    headwise.notify(done ? 'Link copied' : 'The browser does not allow copying here; the link is in the address bar');
  }

  async function handOut(text, said) {
    headwise.notify(await copy(text) ? said : 'The browser does not allow copying here');
  }

  // The download starts with the click; its memory may go a little later.
  function save(name, bytes) {
    const types = {svg: 'image/svg+xml', png: 'image/png', txt: 'text/plain'};
    const type = types[name.split('.').pop()];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], {type}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    headwise.notify('Saved ' + name + ' with your downloads');
  }

  async function paste() {
    try {
      headwise.command('paste ' + await navigator.clipboard.readText());
    } catch {
      headwise.notify('The browser does not allow pasting by itself; on the simulator, press Ctrl + V');
    }
  }

  addEventListener('hashchange', () => {
    address = null;
    setTheme(location.hash);
    headwise.program.load_hash(location.hash);
  });
  addEventListener('pagehide', showAddress);

  // What the person prefers, and points with.
  const preferences = ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(pointer: coarse)']
    .map((query) => matchMedia(query));
  const isPreferred = () => preferences.map((query) => (query.matches ? 1 : 0));
  for (const query of preferences) {
    query.addEventListener('change', () => headwise.program.set_preferences(...isPreferred()));
  }
  setTheme(location.hash);

  return {
    setAddress,
    share,
    handOut,
    save,
    paste,
    copy,
    open: (url) => window.open(url, '_blank', 'noopener,noreferrer'),
    isMotionReduced: () => preferences[1].matches,
    // As the program takes them when it starts.
    preferences: () => isPreferred().join(''),
  };
})();
