// What a screen reader finds: Chromium's own accessibility tree.
import assert from 'node:assert/strict';
import {Simulator, until} from './harness.mjs';

const named = ['button', 'textbox', 'searchbox', 'combobox', 'spinbutton', 'link', 'table', 'application', 'heading', 'main', 'columnheader'];

// The nodes that are told, each {role, name, properties, parent}.
async function tree(s) {
  const session = await s.context.newCDPSession(s.page);
  const {nodes} = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  return nodes.filter((node) => !node.ignored).map((node) => ({
    role: node.role?.value,
    name: node.name?.value || '',
    properties: Object.fromEntries((node.properties || []).map(({name, value}) => [name, value.value])),
    parents: (() => {
      const all = [];
      for (let at = byId.get(node.parentId); at; at = byId.get(at.parentId)) all.push(at.role?.value);
      return all;
    })(),
  }));
}

const states = [
  '#v=1',
  '#v=1&stage=attn_weights&num_heads=4&mask=causal&tokens=one%20two%20three|four%20five',
  '#v=1&stage=scores&head=all',
  '#v=1&d_model=12288&num_heads=96',
  '#v=1&lesson=01-one-attention',
];

export const tests = {
  async 'everything has a role and a name, in every view'({browser, url}) {
    const s = await Simulator.open(browser, url, {viewport: {width: 800, height: 500}});
    const views = await s.page.locator('#field-view option').allTextContents();
    await s.page.getByRole('button', {name: 'Text view', exact: true}).click();
    let told = 0;
    for (const view of views) {
      for (const state of states) {
        await s.load(state + '&view=' + view);
        await s.idle();
        assert.equal(await s.text('problem'), '', state);
        const nodes = await tree(s);
        told += nodes.length;
        for (const node of nodes) {
          if (named.includes(node.role)) assert.ok(node.name.trim(), `a ${node.role} without a name at ${view} ${state}`);
        }
        const one = (role, name) => nodes.filter((node) => node.role === role && (name === undefined || node.name === name));
        assert.equal(one('application', 'Headwise simulator').length, 1);
        assert.equal(one('main', 'Text view').length, 1);
        const levels = nodes.filter((node) => node.role === 'heading').map((node) => node.properties.level);
        assert.equal(levels[0], 1);
        assert.ok(levels.slice(1).every((level) => level >= 2));
        // A view has a heading of its own and something to read below it.
        assert.ok(one('heading').length >= 5, view);
        assert.ok(one('table').length >= 2, view);
        for (const cell of nodes.filter((node) => node.role === 'cell')) assert.ok(cell.parents.includes('table'));
        const buttons = one('button').map((node) => node.name);
        const twice = buttons.filter((name, i) => buttons.indexOf(name) !== i);
        assert.deepEqual(twice, [], `buttons that sound alike at ${view} ${state}`);
      }
    }
    await s.close();
    return `${views.length} views, ${told} nodes`;
  },

  async 'a table is read with its headers, and the numbers are those of the picture'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=attn_weights&cell=2,1');
    await until(async () => (await s.stage()) === 'attn_weights', 'the stage');
    const table = s.page.getByRole('table', {name: /^attn_weights/});
    const row = table.getByRole('row').filter({has: s.page.getByRole('rowheader', {name: 'by', exact: true})});
    const cell = await row.getByRole('cell').nth(1).textContent();
    assert.match(await s.text('explanation'), new RegExp(`= ${cell.replace('.', '\\.')}`));
    const headers = await table.getByRole('columnheader').allTextContents();
    assert.deepEqual(headers.slice(0, 3), ['The', 'bank', 'by']);
    await s.close();
  },

  async 'what changes is announced, and can be done by keyboard alone'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&stage=scores');
    await s.page.getByRole('button', {name: 'Text view', exact: true}).press('Enter');
    const nodes = await tree(s);
    const live = nodes.filter((node) => ['polite', 'assertive'].includes(node.properties.live));
    assert.ok(live.length >= 3);
    const before = await s.text('explanation');
    await s.page.getByRole('combobox', {name: 'Head', exact: true}).selectOption('1');
    await until(async () => /head=1/.test(await s.hash()), 'the head');
    await s.page.getByRole('textbox', {name: 'Chosen cell: row,column'}).fill('3,2');
    await s.page.keyboard.press('Enter');
    await until(async () => /cell=3,2/.test(await s.hash()) && (await s.text('explanation')) !== before, 'the cell');
    const find = s.page.getByRole('textbox', {name: /^A stage, a setting/});
    await find.fill('mask causal');
    await find.press('Enter');
    await until(async () => /mask = causal/.test(await s.text('palette-found')), 'what is found');
    await s.page.getByRole('button', {name: 'mask = causal', exact: true}).press('Enter');
    await until(async () => /mask=causal/.test(await s.hash()), 'the mask');
    await s.close();
  },
};
