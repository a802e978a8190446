// Pictures that are saved: what comes with the downloads is what the canvas shows.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Simulator, outFolder, until} from './harness.mjs';

const view = '#v=1&d_model=16&num_heads=4&num_kv_heads=2&mask=causal&stage=attn_weights&cell=5,3';
const viewport = {width: 1024, height: 640};

// Two pictures as files of this type: the mean and the largest share of difference of a pixel's colours,
// and both sizes. A page of its own draws them.
async function difference(browser, one, other) {
  const page = await browser.newPage();
  const result = await page.evaluate(async (urls) => {
    const load = async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      return image;
    };
    const images = await Promise.all(urls.map(load));
    const [width, height] = [images[0].naturalWidth, images[0].naturalHeight];
    const pixels = images.map((image) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    });
    let sum = 0;
    let far = 0;
    for (let i = 0; i < pixels[0].length; i += 4) {
      let most = 0;
      for (let c = 0; c < 3; ++c) most = Math.max(most, Math.abs(pixels[0][i + c] - pixels[1][i + c]));
      sum += most;
      if (most > 100) ++far;
    }
    return {mean: sum / (width * height) / 255, far: far / (width * height),
            sizes: images.map((image) => [image.naturalWidth, image.naturalHeight])};
  }, [one, other]);
  await page.close();
  return result;
}

const asUrl = (type, bytes) => `data:${type};base64,${bytes.toString('base64')}`;

async function saved(s, act) {
  const [download] = await Promise.all([s.page.waitForEvent('download'), act()]);
  await s.idle();
  return {name: download.suggestedFilename(), bytes: readFileSync(await download.path())};
}

// What the canvas shows, without what is over it for a moment; of whole pixels, as files are.
async function canvas(s) {
  await s.page.evaluate(() => {
    const element = document.getElementById('canvas');
    element.style.height = Math.floor(element.getBoundingClientRect().height) + 'px';
  });
  await s.page.evaluate(() => document.activeElement.blur());
  await s.page.mouse.move(0, 0);
  await s.idle();
  await s.page.waitForSelector('#loading', {state: 'hidden'});
  return s.page.locator('#canvas').screenshot();
}

async function compare({browser, url}, options, theme) {
  const s = await Simulator.open(browser, url + view + '&theme=' + theme, {viewport, ...options, acceptDownloads: true});
  const shown = asUrl('image/png', await canvas(s));
  const svg = await saved(s, () => s.command('export svg window'));
  const png = await saved(s, () => s.command('export png window'));
  assert.equal(svg.name, 'headwise-attn_weights.svg');
  assert.equal(png.name, 'headwise-attn_weights.png');
  const vectors = await difference(browser, shown, asUrl('image/svg+xml', svg.bytes));
  const pixels = await difference(browser, shown, asUrl('image/png', png.bytes));
  // Letters are smoothed otherwise; nothing is elsewhere.
  assert.ok(vectors.mean < 0.016 && vectors.far < 0.005, JSON.stringify(vectors));
  assert.ok(pixels.mean < 0.016 && pixels.far < 0.005, JSON.stringify(pixels));
  assert.equal(pixels.sizes[1][0], 3 * pixels.sizes[0][0] / (options.scale ?? 1));
  await s.close();
  return `SVG ${vectors.mean.toFixed(4)}, PNG ${pixels.mean.toFixed(4)}`;
}

export const tests = {
  'saved pictures look like the canvas': (world) => compare(world, {}, 'light'),
  'saved pictures look like the canvas, dark, two pixels a point': (world) => compare(world, {scale: 2}, 'dark'),

  async 'the command line draws the same picture, pixel by pixel where the density is the same'({browser, url, program}) {
    const s = await Simulator.open(browser, url + view + '&theme=light', {viewport, acceptDownloads: true});
    const shown = asUrl('image/png', await canvas(s));
    const size = await s.page.evaluate(() => {
      const box = document.getElementById('canvas').getBoundingClientRect();
      return `${box.width}x${box.height}`;
    });
    const svg = await saved(s, () => s.command('export svg'));
    const folder = mkdtempSync(join(tmpdir(), 'headwise-'));
    const draw = (file, ...more) => {
      execFileSync(program, ['picture', '--out', join(folder, file), '--size', size, view, 'theme=light', ...more]);
      return readFileSync(join(folder, file));
    };
    const same = await difference(browser, shown, asUrl('image/png', draw('a.png', '--window', '--density', '1')));
    assert.deepEqual(same.sizes[0], same.sizes[1]);
    assert.ok(same.mean < 0.001 && same.far < 0.0001, JSON.stringify(same));
    const vectors = await difference(browser, asUrl('image/svg+xml', draw('a.svg')), asUrl('image/svg+xml', svg.bytes));
    assert.ok(vectors.mean < 0.0001, JSON.stringify(vectors));
    rmSync(folder, {recursive: true});
    await s.close();
    return `${(same.mean * 255).toFixed(3)} of 255 apart`;
  },

  async 'the list saves the view, and E does'({browser, url}) {
    const s = await Simulator.open(browser, url + view, {viewport, acceptDownloads: true});
    await s.click('header:export');
    await s.idle();
    const listed = await saved(s, () => s.click('header:export svg'));
    await s.focusCanvas();
    const pressed = await saved(s, () => s.page.keyboard.press('e'));
    assert.ok(listed.bytes.equals(pressed.bytes), 'the same file');
    assert.match(listed.bytes.toString(), /<title>Attention weights<\/title>/);
    await s.page.screenshot({path: outFolder + 'export.png'});
    await s.close();
  },

  async 'a large picture says how far it is, stops, and comes whole the next time'({browser, url}) {
    const s = await Simulator.open(browser, url + view + '&tokens=' + '!'.repeat(600), {viewport: {width: 1280, height: 720}, acceptDownloads: true});
    const asked = () => s.page.evaluate(() => headwise.command('export png window'));
    let downloads = 0;
    s.page.on('download', () => { ++downloads; });
    for (let i = 0; i < 20; ++i) await asked();
    await until(async () => /^Saving headwise-attn_weights\.png: \d+ %$/.test(await s.text('saving') || ''), 'how far it is');
    await s.click('saving:stop');
    await s.idle();
    assert.equal(await s.page.evaluate(() => headwise.find('saving:stop')), null);
    assert.equal(await s.page.locator('#saving').count(), 0);
    const before = downloads;
    assert.ok(before < 20, 'not all are saved');
    await s.page.waitForTimeout(500);
    assert.equal(downloads, before);
    const whole = await saved(s, asked);
    assert.equal(whole.bytes.readUInt32BE(16), 3 * 1280);
    const size = (await difference(browser, asUrl('image/png', whole.bytes), asUrl('image/png', whole.bytes))).sizes[0];
    assert.deepEqual(size, [whole.bytes.readUInt32BE(16), whole.bytes.readUInt32BE(20)]);
    await s.close();
  },

  async 'in the picture of a long sentence every cell is there, though the screen shows blocks'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores&tokens=' + '!'.repeat(320), {viewport: {width: 1280, height: 900}, acceptDownloads: true});
    await s.idle();
    const svg = (await saved(s, () => s.command('export svg'))).bytes.toString();
    const images = [...svg.matchAll(/data:image\/png;base64,([^"]+)/g)].map((match) => Buffer.from(match[1], 'base64'));
    const sizes = images.map((image) => `${image.readUInt32BE(16)}x${image.readUInt32BE(20)}`);
    assert.ok(sizes.includes('320x320'), sizes.join());
    await s.close();
    return sizes.join();
  },
};
