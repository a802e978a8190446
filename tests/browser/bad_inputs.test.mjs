// Links with what cannot be: each says why, nothing changes and nothing breaks.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Simulator, until} from './harness.mjs';

const table = JSON.parse(readFileSync(new URL('../bad_inputs.json', import.meta.url), 'utf8'));

// As a link has them; what is no assignment at all stays as it is.
const hashOf = (assignments) => '#v=1&' + assignments.map((text) => {
  const [, key, value] = text.match(/^([^=]*)(?:=(.*))?$/s);
  return value === undefined ? encodeURIComponent(key) : encodeURIComponent(key) + '=' + encodeURIComponent(value);
}).join('&');

const isForLinks = (entry) => Array.isArray(entry.assignments) && entry.assignments.length > 0 && !entry.arguments && !entry.files;

export const tests = {
  async 'through the address, one after the other'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16&stage=concat');
    await until(async () => (await s.stage()) === 'concat', 'the stage');
    const before = await s.view();
    const entries = table.filter(isForLinks);
    assert.ok(entries.length >= 25, `${entries.length} entries`);
    for (const {assignments, message} of entries) {
      await s.load(hashOf(assignments));
      const said = await s.text('problem');
      assert.ok(said.includes(message), `${JSON.stringify(assignments)}: ${message}; it says ${said}`);
    }
    assert.deepEqual(await s.view(), before);
    await s.load('#v=1&d_model=16&stage=concat');
    await until(async () => (await s.text('problem')) === '', 'no reason');
    await s.close();
    return `${entries.length} links`;
  },

  async 'links that are broken as links'({browser, url}) {
    const s = await Simulator.open(browser, url);
    for (const [hash, message] of [
      ['#d_model=16', 'must start with its version'],
      ['#v=2&d_model=16', 'v=2 is not a version'],
      ['#v=1&d_model=%', "must be followed by two hex digits"],
      ['#v=1&d_model=%4', "must be followed by two hex digits"],
      ['#v=1&tokens=%FF%FE', 'not valid UTF-8'],
      ['#v=1&tokens=%00', 'control character'],
      ['#v=1&&&d_model', 'is not KEY=VALUE'],
      ['#v=1&' + 'x'.repeat(20000) + '=1', 'unknown key'],
      ['#v=1&lesson=no-such-lesson', 'lesson'],
    ]) {
      await s.load(hash);
      const said = await s.text('problem');
      assert.ok(said.includes(message), `${hash.slice(0, 60)}: ${message}; it says ${said}`);
    }
    await s.close();
  },

  async 'as the first address'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&num_heads=3');
    await until(async () => /num_heads=3 does not divide d_model=8/.test(await s.text('problem')), 'the reason');
    assert.equal(await s.stage(), 'x');
    assert.equal(await s.hash(), '#v=1&num_heads=3');
    await s.close();
  },
};
