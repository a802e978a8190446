// The page's own processor time from a change to its picture: interaction.mjs SITE [ROUNDS [SIZE]]. Prints,
// for each change, the median and the worst of command and next frame together, and of any single task
// after it, in ms. Software draws here, in another process; that is not counted. SIZE: only states whose
// name begins so.
import {launch, serve, watch} from './page.mjs';

const [site, rounds = '9', size = ''] = process.argv.slice(2);
const states = {
  'lesson size (d_model 64, 4 heads, 32 tokens)': {limit: 16, hash: `d_model=64&num_heads=4&mask=causal&tokens=${'!'.repeat(32)}`},
  'B (d_model 512, 8 heads, 128 tokens)': {limit: 50, hash: `d_model=512&num_heads=8&mask=causal&tokens=${'!'.repeat(128)}`},
  'C (d_model 768, 12 heads, 1024 tokens)': {limit: 50, hash: `d_model=768&num_heads=12&mask=causal&tokens=${'!'.repeat(1024)}`},
};
// Each there and back, so that every round finds the same.
const changes = [['set mask=none', 'set mask=causal'], ['set num_heads=2', 'set num_heads=4'], ['set position=rope', 'set position=none'],
  ['set bias=1', 'set bias=0'], ['set seed=1', 'set seed=0'], ['edit w_q 0,1 0.5', 'unedit all'], ['edit mask 0,3,1 0', 'unedit all'],
  ['set stage=attn_weights', 'set stage=output'], ['set head=1', 'set head=all'], ['step 1', 'step -1']];

const server = await serve(site);
const browser = await launch();
const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];

async function change(page, command) {
  return page.evaluate(async (text) => {
    window.frames_ms.length = 0;
    window.timers_ms.length = 0;
    const start = performance.now();
    headwise.command(text);
    const own = performance.now() - start;
    let quiet = 0;
    while (quiet < 3) {
      await new Promise((done) => setTimeout(done, 40));
      quiet = headwise.isIdle() ? quiet + 1 : 0;
    }
    return {first: own + (window.frames_ms[0] || 0), longest: Math.max(own, ...window.frames_ms, ...window.timers_ms)};
  }, command);
}

for (const [name, {hash, limit}] of Object.entries(states)) {
  if (!name.startsWith(size)) continue;
  const page = await browser.newPage({viewport: {width: 1280, height: 720}});
  await page.addInitScript(watch);
  await page.goto(`${server.address}/#v=1&${hash}`);
  await page.waitForSelector('html[data-state=ready]');
  console.log(`${name}: the change and its picture, median and worst; longest task   (at most ${limit} ms)`);
  for (const pair of changes) {
    const all = [];
    for (let round = -3; round < Number(rounds); ++round) {
      for (const command of pair) {
        const taken = await change(page, command);
        if (round >= 0) all.push(taken);
      }
    }
    const first = all.map((taken) => taken.first);
    const longest = all.map((taken) => taken.longest);
    console.log(`  ${pair[0].padEnd(26)}${median(first).toFixed(1).padStart(7)}${Math.max(...first).toFixed(1).padStart(7)}` +
      `${Math.max(...longest).toFixed(1).padStart(9)}`);
  }
  await page.close();
}
await browser.close();
server.close();
