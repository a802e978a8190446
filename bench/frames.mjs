// What a frame takes of the page's processor time, beside the same natively: frames.mjs SITE [PROGRAM].
// Plays bench/session.json at each of its shapes; for each act it prints the median and the 99th
// percentile of its frames (with the timers and commands before each), in ms, and the longest of those that
// open the view before it; then the most memory that the page's whole process had. Software draws here, in
// another process; that is not counted, nor is what else the machine does.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {launch, serve, watch} from './page.mjs';

const [site, program] = process.argv.slice(2);
const file = fileURLToPath(new URL('session.json', import.meta.url));
const session = JSON.parse(readFileSync(file, 'utf8'));
const [width, height] = session.size;

const native = new Map();
if (program) {
  for (const line of execFileSync(program, [file], {encoding: 'utf8', maxBuffer: 1 << 28}).trim().split('\n')) {
    const act = JSON.parse(line);
    native.set(act.shape + act.act, act);
  }
}

// In the page: opens the view of an act; and plays it.
async function open(act) {
  for (const text of act.first || []) {
    headwise.command(text);
    await nextFrame();
  }
  do await nextFrame(); while (!headwise.isIdle());
}

async function play(act) {
  const canvas = document.getElementById('canvas');
  for (let i = 0; i < act.frames; ++i) {
    if (act.path) {
      const along = i / (act.frames - 1);
      const box = canvas.getBoundingClientRect();
      const [x, y] = [0, 1].map((axis) => act.path[0][axis] + (act.path[1][axis] - act.path[0][axis]) * along);
      canvas.dispatchEvent(new PointerEvent('pointermove', {clientX: box.x + x * box.width, clientY: box.y + y * box.height, pointerType: 'mouse', bubbles: true}));
    }
    if (act.each) headwise.command(act.each[i % act.each.length]);
    await nextFrame();
  }
}

// What each frame took while `body` ran in the page: processor time of the page's thread, from Chromium's
// own tracing. Several callbacks of one frame follow each other, with timers before and after.
async function traced(browser, page, body, act) {
  await browser.startTracing(page, {categories: ['devtools.timeline']});
  await page.evaluate(body, act);
  const {traceEvents} = JSON.parse((await browser.stopTracing()).toString());
  const frames = [];
  let [timers, in_frame] = [0, false];
  for (const {name, tdur} of traceEvents.filter(({ph}) => ph === 'X').sort((a, b) => a.ts - b.ts)) {
    if (name === 'TimerFire') {
      timers += tdur / 1000;
      in_frame = false;
    } else if (name === 'FireAnimationFrame') {
      if (!in_frame) frames.push(timers);
      frames[frames.length - 1] += tdur / 1000;
      [timers, in_frame] = [0, true];
    }
  }
  return frames;
}

async function settle(page) {
  await page.waitForFunction(() => headwise.isIdle(), null, {timeout: 120000});
}

const sorted = (all) => [...all].sort((a, b) => a - b);
const quantile = (all, share) => sorted(all)[Math.min(all.length - 1, Math.floor(all.length * share))];
const columns = ({opening, ms}) => [quantile(ms, 0.5), quantile(ms, 0.99), Math.max(0, ...opening)]
  .map((value) => value.toFixed(1).padStart(8)).join('');

const server = await serve(site);
for (const [name, shape] of Object.entries(session.shapes)) {
  const browser = await launch();
  const page = await browser.newPage({viewport: {width, height}});
  const cdp = await browser.newBrowserCDPSession();
  await page.addInitScript(watch);
  const state = Object.entries(shape).map(([key, value]) => `&${key}=${typeof value === 'number' ? '!'.repeat(value) : value}`);
  await page.goto(`${server.address}/#v=1${state.join('')}`);
  await page.waitForSelector('html[data-state=ready]');
  await settle(page);
  console.log(`${name}\n${' '.repeat(40)}  page: median    99 % opening  native: median    99 % opening`);
  for (const act of session.acts) {
    const page_times = {opening: await traced(browser, page, open, act), ms: await traced(browser, page, play, act)};
    await settle(page);
    const other = native.get(name + act.what);
    console.log(`  ${act.what.padEnd(38)}${' '.repeat(8)}${columns(page_times)}` + (other ? `${' '.repeat(8)}${columns(other)}` : ''));
  }
  const {processInfo} = await cdp.send('SystemInfo.getProcessInfo');
  const peak = Math.max(...processInfo.filter(({type}) => type === 'renderer').map(({id}) =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1024));
  const last = native.get(name + session.acts.at(-1).what);
  console.log(`  most memory: page ${peak.toFixed(0)} MiB, the whole process` + (last ? `; native ${last.megabytes.toFixed(0)} MiB so far` : ''));
  await browser.close();
}
server.close();
