// Tests of the page in a real Chromium: SITE=folder HEADWISE_BIN=program node tests/browser/run.mjs
// [part of a test's name]. Pictures are left in tests/browser/out.
import {existsSync, readdirSync} from 'node:fs';
import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {launch} from './harness.mjs';
import {serve} from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const site = resolve(process.env.SITE || here + '../../build/web/site');
const program = resolve(process.env.HEADWISE_BIN || here + '../../build/release/headwise');
const wanted = process.argv[2] || '';
for (const needed of [site + '/index.html', program]) {
  if (existsSync(needed)) continue;
  console.error(`${needed} is missing; build it, or set SITE and HEADWISE_BIN`);
  process.exit(2);
}

const server = await serve(site);
const browser = await launch();
const world = {browser, url: server.url, site, program, full: process.env.HEADWISE_FULL === '1'};
let passed = 0;
let failed = 0;

for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
  const {tests} = await import('./' + file);
  for (const [name, test] of Object.entries(tests)) {
    const title = file.replace('.test.mjs', '') + ': ' + name;
    if (!title.includes(wanted)) continue;
    const start = Date.now();
    let timer;
    const timeout = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('took longer than two minutes')), 120000);
    });
    try {
      const note = await Promise.race([test(world), timeout]);
      ++passed;
      console.log(`ok: ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)${note ? '; ' + note : ''}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED: ${title}\n${error.stack || error}`);
      for (const page of browser.contexts().flatMap((context) => context.pages())) {
        await page.screenshot({path: `${here}out/failed-${failed}.png`}).catch(() => {});
      }
    } finally {
      clearTimeout(timer);
      for (const context of browser.contexts()) await context.close();
    }
  }
}

await browser.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
