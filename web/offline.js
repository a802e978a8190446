'use strict';
// Keeps the site for offline use where the browser can (worker.js), and says when a newer version is here.

headwise.offline = (() => {
  const button = headwise.element('update');
  const shortestInterval = 3600e3;
  // A sandboxed frame or an insecure page has no workers. A package that has no manifest wants none.
  const isPossible = origin !== 'null' && isSecureContext && 'serviceWorker' in navigator &&
    document.querySelector('link[rel="manifest"]') !== null;
  let registration = null;
  let checkedAt = performance.now();

  function offer() {
    if (!button.hidden) return;
    button.hidden = false;
    headwise.element('status').textContent = 'A new version is here';
  }

  // The address holds what is shown, so that loading the page again keeps it.
  button.addEventListener('click', () => {
    const newer = registration?.waiting;
    if (!newer) return location.reload();
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {once: true});
    newer.postMessage('take over');
  });

  function watch(worker) {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && registration.active) offer();
    });
  }

  async function register() {
    try {
      registration = await navigator.serviceWorker.register('worker.js', {updateViaCache: 'none'});
      if (registration.waiting) offer();
      watch(registration.installing);
      registration.addEventListener('updatefound', () => watch(registration.installing));
      registration.active?.postMessage('tidy');
    } catch {
      // Storage is full or not allowed, or the server is away: all works, only not offline.
    }
  }

  // Pages stay open for days.
  function checkAgain() {
    if (document.hidden || !registration || performance.now() - checkedAt < shortestInterval) return;
    checkedAt = performance.now();
    registration.update().catch(() => {});
  }

  if (isPossible) {
    // While it is held, what is kept of this version stays.
    const kept = `headwise ${new URL('.', document.baseURI).href} ${headwise.version}`;
    navigator.locks?.request(kept, {mode: 'shared'}, () => new Promise(() => {})).catch(() => {});
    document.addEventListener('visibilitychange', checkAgain);
  }

  return {
    offer,
    // Once there is something to see: it takes a while, and nobody waits for it.
    prepare() {
      if (!isPossible) return;
      if (window.requestIdleCallback) requestIdleCallback(register, {timeout: 5000});
      else setTimeout(register, 2000);
    },
  };
})();
