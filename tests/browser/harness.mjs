// Opening the page and acting on it as a person does.
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

export const outFolder = fileURLToPath(new URL('out/', import.meta.url));
mkdirSync(outFolder, {recursive: true});

const flags = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
];

export const launch = (...more) =>
  chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [...flags, ...more]});

const usual = {width: 1024, height: 640};  // software draws it: smaller is quicker
export const laptop = {viewport: {width: 1280, height: 720}};
export const phone = {viewport: {width: 390, height: 844}, scale: 2, isMobile: true, hasTouch: true};
// Drawn quickly, where only the text view is looked at.
export const small = {width: 360, height: 300};

export const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

// Waits until `check` returns something true, and returns that.
export async function until(check, what, milliseconds = 15000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 30));
  }
}

// A page of its own. `problems` collects what a console or a policy complains of; it must stay empty.
export class Simulator {
  // A folder's address gets the hash of plain defaults, which tests start from, unless `firstScreen`.
  static async open(browser, address, {viewport = usual, scale = 1, wait = true, before, worker = false, firstScreen = false, ...options} = {}) {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const context = await browser.newContext({viewport, deviceScaleFactor: scale, permissions, ...options});
    // Requests that a service worker answers cannot be watched or changed by a test.
    if (!worker) await context.addInitScript(() => { delete Navigator.prototype.serviceWorker; });
    const page = await context.newPage();
    const simulator = new Simulator(context, page);
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    if (before) await page.addInitScript(before);
    await page.goto(address.endsWith('/') && !firstScreen ? address + '#v=1' : address);
    if (wait) await simulator.ready();
    return simulator;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.problems = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
  }

  ready() {
    return this.page.waitForSelector('html[data-state=ready]');
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.problems, [], 'the console stays empty');
  }

  // ---- the canvas

  async place(name) {
    const found = await until(() => this.page.evaluate((n) => headwise.find(n), name), `${name} on the canvas`);
    const canvas = await this.page.locator('#canvas').boundingBox();
    return {x: canvas.x + found.x, y: canvas.y + found.y, width: found.width, height: found.height};
  }

  async click(name, options) {
    const at = await this.place(name);
    await this.page.mouse.click(at.x + Math.min(at.width / 2, 60), at.y + at.height / 2, options);
  }

  // Types into a field of the canvas: the page's own input over it, or the canvas's.
  async type(key, text) {
    await this.click('control:' + key);
    await this.idle();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
    await this.idle();
  }

  // Until everything is drawn, and told in the text view, that follows from what was done.
  idle() {
    return this.page.waitForFunction(() => headwise.isIdle());
  }

  // The middle of a landmark, for the mouse.
  async middle(name) {
    return middle(await this.place(name));
  }

  // The id of what has the focus, or its tag.
  active() {
    return this.page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
  }

  async focusCanvas() {
    await this.page.locator('#canvas').focus();
  }

  async press(key, times = 1) {
    for (let i = 0; i < times; ++i) {
      await this.page.keyboard.press(key);
      await this.idle();
    }
  }

  // ---- what it shows

  text(id) {
    return this.page.locator('#' + id).textContent();
  }

  async stage() {
    return this.text('stage-id');
  }

  // The shown slice.
  slice() {
    return this.table('slice');
  }

  // A described table: {columns, rows: [{header, cells}]}.
  table(id) {
    return this.page.evaluate((id) => {
      const table = document.getElementById(id);
      if (!table) return null;
      return {
        columns: [...table.tHead.querySelectorAll('th')].map((cell) => cell.textContent),
        rows: [...table.tBodies[0].rows].map((row) => ({
          header: row.querySelector('th')?.textContent,
          cells: [...row.querySelectorAll('td')].map((cell) => cell.textContent),
        })),
      };
    }, id);
  }

  // The address, which else follows a little later.
  hash() {
    return this.page.evaluate(() => {
      dispatchEvent(new Event('pagehide'));
      return location.hash;
    });
  }

  async setting(key) {
    return new URLSearchParams((await this.hash()).slice(1)).get(key);
  }

  // Everything that must be the same where the same link is opened.
  async view() {
    return {
      stage: await this.stage(),
      shape: await this.text('stage-shape'),
      explanation: await this.text('explanation'),
      slice: await this.slice(),
      step: await this.text('step'),
    };
  }

  command(text) {
    return this.page.evaluate((command) => headwise.command(command), text);
  }

  // As if someone typed another address.
  async load(hash) {
    await this.page.evaluate((text) => { location.hash = text; }, hash);
    await this.frame();
    await this.idle();
  }

  frame() {
    return this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  }

  screenshot(name) {
    return this.page.screenshot({path: outFolder + name + '.png'});
  }

  // Is the canvas more than one colour? Reads what is on screen.
  async isDrawn() {
    const png = await this.page.locator('#canvas').screenshot();
    return png.length > 12000;
  }
}
