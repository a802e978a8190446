'use strict';
// What the page's scripts share. The program calls headwise.ready, .withoutPictures and the members
// that the other scripts add; they call the program through headwise.program.

const headwise = {
  element: (id) => document.getElementById(id),

  // Where everything of this version is, and no other's: pages of two versions share no file.
  folder: new URL('.', document.currentScript.src).href,
  version: document.currentScript.src.split('/').at(-2),

  // One of these files. Error says why it cannot be had.
  async fetch(path) {
    const response = await fetch(headwise.folder + path, {credentials: 'same-origin'});
    const isPage = (response.headers.get('Content-Type') || '').startsWith('text/html');  // some servers' 404
    if (response.ok && !isPage) return response;
    const answer = `the server answered ${response.status} ${response.statusText}`.trim();
    if (response.status !== 404 && !isPage) throw new Error(answer);
    headwise.offline.offer();
    throw new Error(answer + '; it may have a newer version by now, which comes when the page is loaded again');
  },

  // Is there a program to talk to? Not before it is loaded (headwise.started), nor after it stopped.
  running: false,

  program: new Proxy({}, {
    get: (functions, name) => (...values) => {
      if (!headwise.running) return '';
      functions[name] ||= headwise.wrap(name);
      return functions[name](...values);
    },
  }),

  // Name: what it returns, then what it takes.
  signatures: {
    command: [null, 'string'],
    load_hash: ['string', 'string'],
    state: ['string'],
    problem: ['string'],
    position: ['string'],
    find: ['string', 'string'],
    notify: [null, 'string'],
    set_preferences: [null, 'number', 'number', 'number'],
    wake: [null],
    is_idle: ['number'],
    lesson_came: [null, 'string', 'string'],
    lesson_is_missing: [null, 'string', 'string'],
    awaits_lesson: ['number'],
    take_file: [null, 'string', 'string'],
    merge_progress: [null, 'string'],
    resize: [null, 'number', 'number', 'number'],
    pointer_move: [null, 'number', 'number', 'number'],
    pointer_leave: [null],
    pointer_button: [null, 'number', 'number'],
    holds_pointer: ['number'],
    takes_drag: ['number'],
    wheel: ['number', 'number', 'number', 'number', 'number', 'number'],
    drag_start: ['number', 'number', 'number', 'number', 'number'],
    drag: ['number', 'number', 'number'],
    pinch_start: ['number', 'number', 'number'],
    pinch: [null, 'number'],
    pinch_end: [null],
    key: ['number', 'string', 'string', 'number', 'number'],
    focus: [null, 'number'],
    copy: ['string', 'number'],
    paste: ['number', 'string'],
    visible: [null, 'number'],
    context_lost: [null],
    context_restored: [null],
  },

  // Text goes over the heap: cwrap's own way is the stack, which a file of a megabyte overflows.
  wrap(name) {
    const [result, ...takes] = headwise.signatures[name];
    const call = Module.cwrap('hw_' + name, result, takes.map(() => 'number'));
    const onHeap = (text) => {
      const size = Module.lengthBytesUTF8(text) + 1;
      const at = Module._malloc(size);
      if (!at) throw new Error('there is too little memory for a text of ' + size + ' bytes');
      Module.stringToUTF8(text, at, size);
      return at;
    };
    return (...values) => {
      const given = values.map((value, i) => (takes[i] === 'string' ? onHeap(String(value ?? '')) : value));
      try {
        return call(...given);
      } finally {
        given.forEach((value, i) => { if (takes[i] === 'string') Module._free(value); });
      }
    };
  },

  command: (text) => headwise.program.command(text),

  // Is everything drawn, and told in the text view, that follows from what was done?
  isIdle: () => headwise.program.is_idle() && !headwise.program.awaits_lesson() && !headwise.mirror.isBehind(),

  // Where a landmark is on the canvas: {x, y, width, height}, or null.
  find(name) {
    const text = headwise.program.find(name);
    if (!text) return null;
    const [x, y, width, height] = text.split(',').map(Number);
    return {x, y, width, height};
  },

  // A short message on the canvas, and for screen readers.
  notify(text) {
    headwise.element('status').textContent = text;
    headwise.program.notify(text);
  },

  // The first frame is drawn.
  ready() {
    if (document.documentElement.dataset.state === 'failed') return;
    performance.mark('headwise-first-frame');
    const loading = headwise.element('loading');
    loading.classList.add('done');
    loading.addEventListener('transitionend', () => { loading.hidden = true; });
    document.documentElement.dataset.state = 'ready';
    headwise.offline.prepare();
  },

  // In place of the canvas: what is wrong and what helps. `parts` are paragraphs; a link is added
  // that loads the page again with the same view.
  fail(title, ...parts) {
    if (document.documentElement.dataset.state === 'failed') return;
    document.documentElement.dataset.state = 'failed';
    const message = headwise.element('message');
    const heading = document.createElement('h1');
    heading.textContent = title;
    const paragraphs = parts.map((text) => {
      const paragraph = document.createElement('p');
      // `code` stands between backticks.
      text.split('`').forEach((piece, i) => {
        const node = document.createElement(i % 2 ? 'code' : 'span');
        node.textContent = piece;
        paragraph.append(node);
      });
      return paragraph;
    });
    const again = document.createElement('a');
    again.className = 'again';
    again.href = location.href;
    again.textContent = 'Load this view again';
    again.addEventListener('click', (event) => {
      event.preventDefault();
      location.reload();
    });
    message.replaceChildren(heading, ...paragraphs, again);
    message.hidden = false;
    headwise.element('loading').hidden = true;
    headwise.embed.failed(title);
  },

  // The program ended in a way it should not have.
  stop(reason) {
    if (document.documentElement.dataset.state === 'failed') return;
    headwise.running = false;
    headwise.fail('Headwise stopped', 'Something went wrong inside the program: `' + reason + '`.',
                  'The address of this page still holds what you had set, so loading it again brings it back.');
  },

  // No WebGL 2: the program runs, and the text view shows it.
  withoutPictures() {
    headwise.fail('No pictures in this browser',
                  'Headwise draws with WebGL 2, which this browser does not have or has turned off. Any recent ' +
                  'Firefox, Chrome, Edge or Safari has it; in the settings, look for hardware acceleration.',
                  'The text view works without it.');
    headwise.mirror.open(true);
  },
};

// Fulfilled when the program runs.
headwise.started = new Promise((done) => { headwise.hasStarted = done; });
