'use strict';
// Keeps one version of the site, whole, so that it works offline. What a page is made of lies in a folder
// named by its version (cmake/site.cmake), so a page never gets another version's file, whoever answers.

const version = '@VERSION@';
const files = new Map([  // path: SHA-256
@FILES@]);
const page = 'index.html';
const ofAnyVersion = /^[\d.]+-[0-9a-f]{10}\//;

// Copies of the site in other folders of this server have caches of their own.
const cacheOf = (version) => `headwise ${registration.scope} ${version}`;

async function isGenuine(path, bytes) {
  // A server may add to the page (a banner, statistics); its version shows in what it loads.
  if (path === page) return new TextDecoder().decode(bytes).includes(`"${version}/`);
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('') === files.get(path);
}

async function fetchGenuine(path) {
  const response = await fetch(path, {cache: 'no-cache', credentials: 'same-origin'});
  const bytes = await response.clone().arrayBuffer();
  if (!response.ok || !await isGenuine(path, bytes)) throw new Error(`${path} is not that of version ${version}`);
  if (!response.redirected) return response;
  // A page may not be answered with what was redirected (index.html to its folder, on some servers).
  const headers = new Headers(response.headers);
  headers.delete('Content-Encoding');
  headers.delete('Content-Length');
  return new Response(bytes, {headers});
}

// All or nothing.
async function install() {
  const name = cacheOf(version);
  try {
    const paths = [...files.keys()];
    const responses = await Promise.all(paths.map(fetchGenuine));
    const cache = await caches.open(name);
    await Promise.all(paths.map((path, i) => cache.put(path, responses[i])));
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
}

// Deletes what older versions kept, except of those that a page still runs: it holds a lock of that name.
// Pages ask for it when they start.
async function tidy() {
  if (registration.installing || registration.waiting) return;  // the other one is newer
  for (const name of await caches.keys()) {
    if (!name.startsWith(cacheOf('')) || name === cacheOf(version)) continue;
    if (navigator.locks) await navigator.locks.request(name, {ifAvailable: true}, (lock) => lock && caches.delete(name));
    else await caches.delete(name);
  }
}

// The version of a worker that waits, and from now on does not; this one's where there is no answer.
function letTakeOver(worker) {
  return new Promise((done) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = ({data}) => done(data);
    worker.postMessage('take over', [port2]);
    setTimeout(done, 1000, version);
  });
}

// Reloading the only page is as good as closing it and opening it again: it gets the newer version.
async function openPage(request) {
  const open = await clients.matchAll({type: 'window'});
  const isAlone = request.cache === 'no-cache' && open.length <= 1;
  const wanted = isAlone && registration.waiting ? await letTakeOver(registration.waiting) : version;
  return await caches.match(page, {cacheName: cacheOf(wanted)}) || fetch(request);
}

async function answer(request, path) {
  const cacheName = files.has(path) ? cacheOf(version) : undefined;  // else of whichever has it
  return await caches.match(request.url, {cacheName}) || fetch(request);
}

addEventListener('install', (event) => event.waitUntil(install()));

// What is kept is of use to the first page already.
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('message', (event) => {
  if (event.data === 'tidy') event.waitUntil(tidy());
  if (event.data !== 'take over') return;
  skipWaiting();
  event.ports[0]?.postMessage(version);
});

addEventListener('fetch', (event) => {
  const {request} = event;
  if (request.method !== 'GET' || request.headers.has('Range') || !request.url.startsWith(registration.scope)) return;
  const [path, query] = request.url.slice(registration.scope.length).split('#')[0].split('?');
  if (request.mode === 'navigate') {
    if (path === '' || path === page) event.respondWith(openPage(request));
  } else if (query === undefined && (files.has(path) || ofAnyVersion.test(path))) {
    event.respondWith(answer(request, path));
  }
});
