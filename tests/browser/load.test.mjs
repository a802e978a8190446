// Loading: what is served, how fast, and what is said where it cannot work.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {gzipSync} from 'node:zlib';
import {Simulator, laptop, launch, until} from './harness.mjs';

const kilobytes = (bytes) => (bytes / 1000).toFixed(0) + ' kB';
const message = (page) => page.locator('#message').innerText();

export const tests = {
  async 'opens without a complaint'({browser, url}) {
    const s = await Simulator.open(browser, url, {firstScreen: true});
    assert.equal(await s.page.title(), 'Headwise: step through multi-head attention');
    assert.ok(await s.isDrawn());
    await s.close();
  },

  async 'the first frame comes soon'({browser, url}) {
    const times = [];
    for (let i = 0; i < 4; ++i) {
      const s = await Simulator.open(browser, url, {...laptop, firstScreen: true});
      times.push(await s.page.evaluate(() => performance.getEntriesByName('headwise-first-frame')[0].startTime));
      await s.close();
    }
    const best = Math.min(...times.slice(1));
    assert.ok(best < 6000, `${best} ms`);
    return `first frame after ${times.map((t) => t.toFixed(0)).join(', ')} ms`;
  },

  async 'it comes sooner the second time'({browser, url}) {
    const first = await Simulator.open(browser, url, laptop);
    const times = [];
    for (let i = 0; i < 5; ++i) {
      const page = await first.context.newPage();
      await page.goto(url);
      await page.waitForSelector('html[data-state=ready]');
      times.push(await page.evaluate(() => performance.getEntriesByName('headwise-first-frame')[0].startTime));
      await page.close();
    }
    await first.close();
    assert.ok(Math.min(...times) < 3000, `${times} ms`);
    return `first frame after ${times.map((t) => t.toFixed(0)).join(', ')} ms from the cache`;
  },

  async 'is at most 1.0 MB to download'({browser, site, url}) {
    // Lessons come when they are opened (the first is part of the program), and all the rest when nobody waits.
    const asked = new Set();
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('request', (request) => asked.add(new URL(request.url()).pathname.slice(1) || 'index.html'));
    await page.goto(url);
    await page.waitForSelector('html[data-state=ready]');
    await context.close();
    const files = [...asked].map((name) => join(site, name));
    const sizes = files.map((name) => gzipSync(readFileSync(name), {level: 9}).length);
    const total = sizes.reduce((a, b) => a + b);
    assert.ok(total <= 1.0e6, `${total} bytes`);
    const program = sizes[files.findIndex((name) => name.endsWith('.wasm'))];
    return `${kilobytes(total)} in ${files.length} files, ${kilobytes(program)} of it the program`;
  },

  async 'asks for nothing outside its folder'({browser, url}) {
    const asked = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(url + 'courses/nlp/week%203/');
    await page.waitForSelector('html[data-state=ready]');
    for (const address of asked) assert.ok(address.startsWith(url + 'courses/nlp/week%203/'), address);
    assert.deepEqual(asked.filter((address) => address.includes('lessons/')), []);
    await context.close();
    return `${asked.length} requests`;
  },

  async 'works in a sub-folder, with a link'({browser, url}) {
    const s = await Simulator.open(browser, url + 'courses/nlp/week%203/#v=1&d_model=16&num_heads=4&stage=scores');
    await until(async () => (await s.stage()) === 'scores', 'the stage');
    await s.close();
  },

  async 'shows that it is loading'({browser, url}) {
    const before = () => { window.fetch = () => new Promise(() => {}); };
    const s = await Simulator.open(browser, url, {wait: false, before});
    await s.page.waitForSelector('#loading');
    assert.match(await s.page.locator('#loading').innerText(), /Loading the simulator/);
    await s.page.waitForTimeout(600);
    await s.screenshot('loading');
    await s.close();
  },

  async 'says what is missing: WebAssembly'({browser, url}) {
    const s = await Simulator.open(browser, url, {wait: false, before: () => { delete window.WebAssembly; }});
    await s.page.waitForSelector('#message:not([hidden])');
    assert.match(await message(s.page), /No WebAssembly/);
    await s.screenshot('no-webassembly');
    await s.close();
  },

  async 'says what is missing: WebGL 2; the text view works without'({url}) {
    const bare = await launch('--disable-gpu', '--disable-3d-apis');
    try {
      const s = await Simulator.open(bare, url, {wait: false});
      await s.page.waitForSelector('#message:not([hidden])');
      assert.match(await message(s.page), /WebGL 2/);
      await until(async () => (await s.stage()) === 'x', 'the text view');
      await s.page.getByRole('button', {name: 'Step on'}).click();
      await until(async () => /step 2 of/.test(await s.text('step')), 'a step');
      await s.screenshot('no-webgl');
      s.problems = s.problems.filter((text) => !/WebGL/i.test(text));
      await s.close();
    } finally {
      await bare.close();
    }
  },

  async 'says that the program could not be fetched, and tries again with the view'({browser, url}) {
    const s = await Simulator.open(browser, url + 'without-program/#v=1&d_model=16', {wait: false});
    await s.page.waitForSelector('#message:not([hidden])');
    assert.match(await message(s.page), /headwise\.wasm.*404/s);
    await Promise.all([s.page.waitForEvent('load'), s.page.getByRole('link', {name: 'Load this view again'}).click()]);
    assert.equal(await s.hash(), '#v=1&d_model=16');
    s.problems = s.problems.filter((text) => !/404/.test(text));
    await s.close();
  },

  async 'a program that breaks says so and keeps the link'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16');
    await s.page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable'); }));
    await s.page.waitForSelector('#message:not([hidden])');
    assert.match(await message(s.page), /Headwise stopped.*unreachable/s);
    assert.match(await s.page.getByRole('link', {name: 'Load this view again'}).getAttribute('href'), /d_model=16$/);
    s.problems = [];
    await s.close();
  },

  async 'opened as a file, says that it needs a server'({browser, site}) {
    const s = await Simulator.open(browser, pathToFileURL(join(site, 'index.html')).href, {wait: false});
    await s.page.waitForSelector('#message:not([hidden])');
    assert.match(await message(s.page), /must come from a server.*http\.server/s);
    s.problems = [];
    await s.close();
  },

  async 'in a sandboxed frame, names the header that the server must send'({browser, url}) {
    const s = await Simulator.open(browser, url + 'frame?sandbox=allow-scripts&src=/', {wait: false});
    const frame = s.page.frameLocator('#frame');
    await frame.locator('#message:not([hidden])').waitFor();
    assert.match(await frame.locator('#message').innerText(), /Access-Control-Allow-Origin: \*/);
    await s.screenshot('sandboxed');
    s.problems = [];
    await s.close();
  },

  async 'in a sandboxed frame, works where the server sends that header'({browser, url}) {
    const s = await Simulator.open(browser, url + 'frame?sandbox=allow-scripts&src=/shared/%23v=1', {wait: false});
    const frame = s.page.frameLocator('#frame');
    await frame.locator('html[data-state=ready]').waitFor();
    await frame.locator('#canvas').focus();
    await s.page.keyboard.press('ArrowRight');
    await until(async () => /step 2 of/.test(await frame.locator('#step').textContent()), 'a step');
    await s.close();
  },
};
