// What is kept for offline use, and how a newer version takes its place.
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Simulator, launch, until} from './harness.mjs';
import {serve} from './server.mjs';
import {newerSite, versionOf} from './versions.mjs';

// Opens the page as a first visit, until all of it is kept.
async function visit(browser, url) {
  const s = await Simulator.open(browser, url, {worker: true});
  await kept(s.page);
  return s;
}

const kept = (page) =>
  until(() => page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration?.active?.state === 'activated' && navigator.serviceWorker.controller !== null;
  }), 'the site to be kept');

const caches = (page) => page.evaluate(async () => (await window.caches.keys()).map((name) => name.split(' ')[2]).sort());
const version = (page) => page.evaluate(() => headwise.version);
const notice = (s) => s.page.getByRole('button', {name: 'A new version is here: load it'});

// Its first page.
async function openLesson(s, name) {
  await s.command(`set lesson=${name}`);
  await until(async () => (await s.setting('lesson')) === name, `lesson ${name}`);
  await s.page.locator('.lesson-place').waitFor();
  await s.idle();
  return s.page.locator('#lesson').textContent();
}

// An old site that a page runs, and a newer one on the server, which the worker has heard of.
async function visitThenUpdate({browser, site}, newer, path = '') {
  const server = await serve(site);
  const s = await visit(browser, server.url + path);
  server.site = newer;
  await s.page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  return {server, s};
}

const within = async (server, s) => {
  await s.close();
  await server.close();
};

export const tests = {
  async 'after one visit it needs no server, lessons included'({browser, site}) {
    const server = await serve(site);
    const s = await visit(browser, server.url + '#v=1&d_model=16');
    await server.close();
    await s.page.reload();
    await s.ready();
    assert.equal(await s.setting('d_model'), '16');
    await openLesson(s, '09-a-partition');
    const button = s.page.getByRole('button', {name: 'Next page'});
    for (const place of [/Page 2 of 6/, /Page 3 of 6/]) {
      await button.click();
      await until(async () => place.test(await s.page.locator('.lesson-place').textContent()), String(place));
    }
    await s.press('ArrowRight');
    // Another tab, by an address that someone's course page made longer.
    const page = await s.context.newPage();
    await page.goto(server.url + 'index.html?utm_source=course#v=1&num_heads=4');
    await page.waitForSelector('html[data-state=ready]');
    await s.close();
  },

  async 'all of the site is kept, and nothing else is answered'({browser, site}) {
    const server = await serve(site);
    const s = await visit(browser, server.url + 'courses/nlp/week%203/');
    const paths = [...readFileSync(join(site, 'worker.js'), 'utf8').matchAll(/^ {2}\['([^']+)'/gm)].map((found) => found[1]);
    assert.ok(paths.filter((path) => path.includes('/lessons/')).length >= 20, 'lessons');
    const fromWorker = (path, headers = {}) => s.page.evaluate(async ([path, headers]) => {
      performance.clearResourceTimings();
      const response = await fetch(path, {headers, cache: 'no-store'});
      await response.arrayBuffer();
      return response.ok && performance.getEntriesByType('resource')[0].transferSize === 0;
    }, [path, headers]);
    assert.ok(paths.length > 30 && paths.includes('index.html'));
    for (const path of paths) assert.ok(await fromWorker(path), path);
    for (const path of ['last.js?x=1', 'worker.js', '../week%203/worker.js']) assert.ok(!await fromWorker(path), path);
    assert.ok(!await fromWorker('last.js', {Range: 'bytes=0-3'}), 'ranges');
    assert.deepEqual(await caches(s.page), [versionOf(site)]);
    // A copy of the site in another folder keeps its own.
    const other = await s.context.newPage();
    await other.goto(server.url);
    await other.waitForSelector('html[data-state=ready]');
    await kept(other);
    assert.deepEqual(await caches(s.page), [versionOf(site), versionOf(site)]);
    await within(server, s);
    return `${paths.length} files`;
  },

  async 'works offline from a host that sends index.html to its folder'({browser, site}) {
    const server = await serve(site);
    const s = await visit(browser, server.url + 'pretty/');
    await server.close();
    await s.page.reload();
    await s.ready();
    await s.close();
  },

  async 'the first frame does not wait for it'({browser, site}) {
    const server = await serve(site);
    const before = () => {
      const {register} = ServiceWorkerContainer.prototype;
      ServiceWorkerContainer.prototype.register = function (...values) {
        window.registeredAt = performance.now();
        return register.apply(this, values);
      };
    };
    const s = await Simulator.open(browser, server.url, {worker: true, before});
    await kept(s.page);
    const after = await s.page.evaluate(() => registeredAt - performance.getEntriesByName('headwise-first-frame')[0].startTime);
    assert.ok(after > 0, `${after} ms`);
    const times = [];
    for (let i = 0; i < 4; ++i) {
      await s.page.reload();
      await s.ready();
      times.push(await s.page.evaluate(() => performance.getEntriesByName('headwise-first-frame')[0].startTime));
    }
    assert.ok(Math.min(...times) < 3000, `${times} ms`);
    await within(server, s);
    return `it starts ${after.toFixed(0)} ms later; from the worker, first frame after ${times.map((t) => t.toFixed(0)).join(', ')} ms`;
  },

  async 'an open page stays whole while a newer version comes, and gets it when someone says so'({browser, site}) {
    const newer = newerSite(site);
    const {server, s} = await visitThenUpdate({browser, site}, newer.folder, '#v=1&d_model=16&num_heads=4&stage=scores');
    await notice(s).waitFor();
    assert.doesNotMatch(await openLesson(s, newer.lesson), newer.mark);
    assert.equal(await version(s.page), versionOf(site));
    await s.hash();
    await Promise.all([s.page.waitForEvent('load'), notice(s).click()]);
    await s.ready();
    await s.idle();
    assert.equal(await version(s.page), versionOf(newer.folder));
    assert.equal(await s.stage(), 'scores');
    await until(async () => newer.mark.test(await s.page.locator('#lesson').textContent()), 'the newer lesson');
    assert.ok(await notice(s).isHidden());
    await until(async () => (await caches(s.page)).join() === versionOf(newer.folder), 'the old files to go');
    await server.close();
    await s.page.reload();
    await s.ready();
    assert.equal(await version(s.page), versionOf(newer.folder));
    await s.close();
  },

  async 'reloading the only page brings the newer version'({browser, site}) {
    const newer = newerSite(site);
    const {server, s} = await visitThenUpdate({browser, site}, newer.folder);
    await notice(s).waitFor();
    await s.page.reload();
    await s.ready();
    assert.equal(await version(s.page), versionOf(newer.folder));
    assert.match(await openLesson(s, newer.lesson), newer.mark);
    await until(async () => (await caches(s.page)).join() === versionOf(newer.folder), 'the old files to go');
    await within(server, s);
  },

  async 'with two pages open, the other one keeps its version as long as it is open'({browser, site}) {
    const newer = newerSite(site);
    const {server, s} = await visitThenUpdate({browser, site}, newer.folder);
    const other = new Simulator(s.context, await s.context.newPage());
    await other.page.goto(server.url);
    await other.ready();
    assert.equal(await version(other.page), versionOf(site), 'not while the old one is open');
    await notice(other).waitFor();
    await s.page.reload();
    await s.ready();
    assert.equal(await version(s.page), versionOf(site), 'not with another page open');
    await notice(s).waitFor();
    await Promise.all([s.page.waitForEvent('load'), notice(s).click()]);
    await s.ready();
    assert.equal(await version(s.page), versionOf(newer.folder));
    assert.doesNotMatch(await openLesson(other, newer.lesson), newer.mark);
    assert.equal(await version(other.page), versionOf(site));
    assert.deepEqual(await caches(s.page), [versionOf(site), versionOf(newer.folder)].sort());
    await other.page.close();
    await s.page.reload();
    await s.ready();
    await until(async () => (await caches(s.page)).join() === versionOf(newer.folder), 'the old files to go');
    assert.deepEqual(other.problems, []);
    await within(server, s);
  },

  async 'a version that is not whole on the server is not taken'({browser, site}) {
    const newer = newerSite(site);
    const lesson = join(newer.folder, versionOf(newer.folder), 'lessons', newer.lesson + '.md');
    writeFileSync(lesson, readFileSync(lesson, 'utf8').slice(0, 500));
    const {server, s} = await visitThenUpdate({browser, site}, newer.folder);
    await until(() => s.page.evaluate(async () => (await navigator.serviceWorker.ready).installing === null), 'the attempt');
    await s.page.reload();
    await s.ready();
    assert.equal(await version(s.page), versionOf(site));
    assert.ok(await notice(s).isHidden());
    assert.deepEqual(await caches(s.page), [versionOf(site)]);
    await within(server, s);
  },

  async 'without a worker, an old page takes nothing of a newer version'({browser, site}) {
    const newer = newerSite(site);
    const server = await serve(site);
    const s = await Simulator.open(browser, server.url + '#v=1&d_model=16');
    server.site = newer.folder;
    await s.command(`set lesson=${newer.lesson}`);
    await until(async () => /404.*newer version/.test(await s.text('problem')), 'the reason');
    await Promise.all([s.page.waitForEvent('load'), notice(s).click()]);
    await s.ready();
    assert.equal(await s.setting('d_model'), '16');
    assert.match(await openLesson(s, newer.lesson), newer.mark);
    s.problems = s.problems.filter((problem) => !problem.includes('404'));
    await within(server, s);
  },

  async 'a page that a cache kept too long says so'({browser, site}) {
    const newer = newerSite(site);
    const server = await serve(newer.folder);
    const s = await Simulator.open(browser, 'about:blank', {wait: false});
    await s.page.route('**/', (route) => route.fulfill({path: join(site, 'index.html')}), {times: 1});
    await s.page.goto(server.url);
    await s.page.locator('#message:not([hidden])').waitFor();
    assert.match(await s.page.locator('#message').innerText(), /newer version/);
    await s.page.getByRole('link', {name: 'Load this view again'}).click();
    await s.ready();
    s.problems = s.problems.filter((problem) => !/404|MIME/.test(problem));
    await within(server, s);
  },

  async 'is silent where there can be no worker'({site}) {
    const plain = await launch('--host-resolver-rules=MAP plain.test 127.0.0.1');
    const server = await serve(site);
    try {
      const s = await Simulator.open(plain, server.url.replace('127.0.0.1', 'plain.test'), {worker: true});
      assert.equal(await s.page.evaluate(() => isSecureContext), false);
      await s.page.waitForTimeout(500);
      await s.close();
    } finally {
      await plain.close();
      await server.close();
    }
  },

  async 'can be installed'({browser, url, site}) {
    const manifest = JSON.parse(readFileSync(join(site, 'manifest.webmanifest'), 'utf8'));
    for (const {src, sizes, type} of manifest.icons) {
      const bytes = readFileSync(join(site, src));
      if (type === 'image/png') assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
    }
    const s = await visit(browser, url + 'courses/nlp/week%203/');
    const session = await s.context.newCDPSession(s.page);
    const {url: found, errors} = await session.send('Page.getAppManifest');
    assert.equal(found, url + 'courses/nlp/week%203/manifest.webmanifest');
    assert.deepEqual(errors, []);
    const {installabilityErrors} = await session.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== 'in-incognito'), []);
    await s.close();
  },
};
