'use strict';
// Headwise in another page: compact, and the messages by which that page commands it and hears of it.
// docs/embedding.md describes them.

headwise.embed = (() => {
  const protocol = 1;
  const topics = ['state', 'step', 'score'];
  const host = parent === window ? null : parent;
  const wish = new URLSearchParams(location.search).get('embed');
  const isCourse = document.documentElement.classList.contains('course');  // a package's page has the frame for itself
  const isEmbedded = wish === null ? host !== null && !isCourse : wish !== '0';
  const low = matchMedia('(max-height: 26rem)');
  let listener = null;  // {origin, topics}
  let told = {};        // topic: what the listener knows
  let reason = '';      // why there is no program
  let giveUp;
  const failure = new Promise((done) => { giveUp = done; });

  const fit = () => document.documentElement.classList.toggle('compact', isEmbedded || low.matches);
  document.documentElement.classList.toggle('embedded', isEmbedded);
  low.addEventListener('change', fit);
  fit();

  // An origin that is null cannot be named; nothing private goes there.
  function send(origin, type, content, id) {
    const message = {headwise: protocol, type, ...content};
    if (id !== undefined) message.id = id;
    host.postMessage(message, origin === 'null' ? '*' : origin);
  }

  const state = () => ({state: headwise.program.state()});

  function step() {
    const [at, of, stage] = headwise.program.position().split(',');
    return {at: Number(at) + 1, of: Number(of), stage};
  }

  const lessonOf = (text) => new URLSearchParams(text.replace(/^#/, '')).get('lesson');

  async function setState(wanted) {
    if (typeof wanted !== 'string') throw new Error("set-state takes state, a text like 'v=1&num_heads=4'");
    const problem = headwise.program.load_hash('#' + wanted.replace(/^#/, ''));
    if (problem) throw new Error(problem);
    while (headwise.program.awaits_lesson()) await new Promise((done) => setTimeout(done, 50));
    if (lessonOf(wanted) !== lessonOf(headwise.program.state())) {
      throw new Error(headwise.program.problem() || 'another state came meanwhile');
    }
    headwise.host.setAddress(headwise.program.state());
  }

  // What each message does; returns the type of the answer, and what is in it.
  const commands = {
    'get-state': () => ['state', state()],
    async 'set-state'({state: wanted}) {
      await setState(wanted);
      return ['state', state()];
    },
    step({by = 1}) {
      if (!Number.isInteger(by) || Math.abs(by) > 1e9) throw new Error('step takes by, a whole number, negative to go back');
      headwise.command('step ' + by);
      return ['step', step()];
    },
    subscribe({to}, origin) {
      if (!Array.isArray(to) || !to.every((topic) => topics.includes(topic))) {
        throw new Error(`subscribe takes to, a list of any of ${topics.join(', ')}`);
      }
      if (origin === 'null' && to.includes('score')) throw new Error('scores go only to a page that has an origin');
      listener = {origin, topics: to};
      told = {state: JSON.stringify(state()), step: JSON.stringify(step())};
      return ['subscribed', {to}];
    },
  };

  async function obey(message, origin) {
    if (message.headwise !== protocol) {
      throw new Error(`this Headwise speaks version ${protocol} of the messages: {headwise: ${protocol}, type: ...}`);
    }
    if (!Object.hasOwn(commands, message.type)) {
      throw new Error(`there is no such type of message; there are ${Object.keys(commands).join(', ')}`);
    }
    await Promise.race([headwise.started, failure]);
    if (!headwise.running) throw new Error(reason || 'Headwise stopped');
    return commands[message.type](message, origin);
  }

  async function onMessage({source, origin, data}) {
    if (source !== host || data === null || typeof data !== 'object' || !('headwise' in data)) return;
    const id = ['string', 'number'].includes(typeof data.id) ? data.id : undefined;
    try {
      const [type, content] = await obey(data, origin);
      send(origin, type, content, id);
      changed();
    } catch (error) {
      send(origin, 'error', {message: error.message}, id);
    }
  }

  // Tells the listener what it does not know.
  function changed() {
    if (!listener || !headwise.running) return;
    for (const [topic, now] of Object.entries({state: state(), step: step()})) {
      const text = JSON.stringify(now);
      if (text === told[topic]) continue;
      told[topic] = text;
      if (listener.topics.includes(topic)) send(listener.origin, topic, now);
    }
  }

  if (host) {
    addEventListener('message', onMessage);
    headwise.started.then(() => send('*', 'ready', {version: headwise.version}));
  }

  return {
    // As the program takes it when it starts.
    isEmbedded: isEmbedded ? 1 : 0,
    changed,
    // What a person scored in an exercise: told to a page that asked for it.
    scored(result) {
      if (listener?.topics.includes('score')) send(listener.origin, 'score', result);
    },
    failed(title) {
      reason = title;
      giveUp();
      if (host) send('*', 'failed', {message: title});
    },
  };
})();
