'use strict';
// The text view: what the canvas shows, as headings, paragraphs, tables, buttons and fields. Blocks
// that did not change are left alone, so that the focus stays and only changes are announced.

headwise.mirror = (() => {
  const mirror = headwise.element('mirror');
  const toggle = headwise.element('text-toggle');
  let shown = new Map();  // key: {element, json}
  let coming = null;      // what is told but not shown yet

  function make(tag, properties = {}) {
    return Object.assign(document.createElement(tag), properties);
  }

  // ---- one maker for each kind of block, and one that brings its element up to date

  const kinds = {
    heading: {
      make: (block) => make(block.id === 'mirror-title' ? 'h1' : 'h2'),
      update(element, block) { element.textContent = block.text; },
    },
    text: {
      make(block) {
        const element = make('p');
        if (block.live) element.setAttribute('aria-live', 'polite');
        return element;
      },
      update(element, block) {
        element.textContent = block.text;
        element.classList.toggle('empty', block.text === '');
      },
    },
    table: {
      make() {
        const frame = make('div', {className: 'table'});
        const table = make('table');
        table.append(make('caption'), make('thead'), make('tbody'));
        frame.append(table);
        return frame;
      },
      identified: (frame) => frame.firstChild,
      update(frame, block) {
        const table = frame.firstChild;
        setText(table.caption, block.text);
        const corner = block.row_headers.length && block.columns.length ? [{tag: 'td', text: ''}] : [];
        const head = block.columns.map((text) => ({tag: 'th', scope: 'col', text}));
        setRows(table.tHead, block.columns.length ? [[...corner, ...head]] : []);
        setRows(table.tBodies[0], block.rows.map((row, i) => {
          const header = i < block.row_headers.length ? [{tag: 'th', scope: 'row', text: block.row_headers[i]}] : [];
          return [...header, ...row.map((text) => ({tag: 'td', text}))];
        }));
      },
    },
    button: {
      make(block) {
        const element = make('button', {type: 'button'});
        element.addEventListener('click', () => headwise.command(element.dataset.action));
        return element;
      },
      update(element, block) {
        setText(element, block.text);
        element.dataset.action = block.action;
        element.disabled = block.disabled === true;
      },
    },
    field: {
      make(block) {
        const label = make('label');
        const control = make(block.options.length ? 'select' : 'input', {id: 'field-' + block.action});
        control.addEventListener('change', () => headwise.command(control.dataset.command + control.value));
        control.addEventListener('blur', () => settle(control));
        label.append(make('span'), control);
        return label;
      },
      update(label, block) {
        const [text, control] = label.children;
        setText(text, block.text);
        control.disabled = block.disabled;
        if (control.tagName === 'SELECT') {
          const options = block.options.includes(block.value) ? block.options : [...block.options, block.value];
          if ([...control.options].map((option) => option.value).join('\n') !== options.join('\n')) {
            control.replaceChildren(...options.map((value) => make('option', {value, textContent: value})));
          }
        }
        control.dataset.value = block.value;
        control.dataset.command = block.command || `set ${block.action}=`;
        settle(control);
      },
    },
  };

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // Rows of {tag, scope, text}, changing only the cells that differ.
  function setRows(part, rows) {
    while (part.rows.length > rows.length) part.deleteRow(-1);
    rows.forEach((cells, r) => {
      const row = part.rows[r] || part.insertRow();
      while (row.cells.length > cells.length) row.lastChild.remove();
      cells.forEach((wanted, c) => {
        let cell = row.cells[c];
        if (!cell || cell.localName !== wanted.tag) {
          const fresh = make(wanted.tag);
          if (wanted.scope) fresh.scope = wanted.scope;
          if (cell) cell.replaceWith(fresh);
          else row.append(fresh);
          cell = fresh;
        }
        setText(cell, wanted.text);
      });
    });
  }

  // A field shows its setting, except while someone types or what they typed was refused.
  function settle(control) {
    const isBusy = control === document.activeElement || control.getAttribute('aria-invalid') === 'true';
    if (!isBusy || control.tagName === 'SELECT') control.value = control.dataset.value;
  }

  function setProblem(problem) {
    for (const control of mirror.querySelectorAll('input, select')) {
      const isAbout = problem.startsWith(control.id.slice('field-'.length) + '=');
      if (isAbout) control.setAttribute('aria-describedby', 'problem');
      else control.removeAttribute('aria-describedby');
      control.setAttribute('aria-invalid', isAbout);
      settle(control);
    }
    headwise.edit.setProblem(problem);
  }

  // Blocks with an id, key or command are known by it; others by their place below their heading.
  function keysOf(blocks) {
    const seen = new Map();
    let heading = '';
    return blocks.map((block) => {
      if (block.kind === 'heading') heading = block.id || block.text;
      const own = block.id || block.action || (block.kind === 'heading' ? block.text : heading);
      const key = block.kind + ' ' + own;
      const count = (seen.get(key) || 0) + 1;
      seen.set(key, count);
      return key + ' ' + count;
    });
  }

  // In a task of its own: thousands of cells take as long as a frame.
  function show(text) {
    if (coming === null) setTimeout(bringUpToDate);
    coming = text;
    headwise.embed.changed();
  }

  function bringUpToDate() {
    const blocks = JSON.parse(coming);
    coming = null;
    const keys = keysOf(blocks);
    const next = new Map();
    blocks.forEach((block, i) => {
      const json = JSON.stringify(block);
      const known = shown.get(keys[i]);
      const kind = kinds[block.kind];
      const element = known ? known.element : kind.make(block);
      if (!known && block.id) (kind.identified ? kind.identified(element) : element).id = block.id;
      if (!known || known.json !== json) kind.update(element, block);
      next.set(keys[i], {element, json});
    });
    for (const [key, {element}] of shown) {
      if (!next.has(key)) element.remove();
    }
    let place = mirror.firstElementChild;
    for (const {element} of next.values()) {
      if (element === place) place = place.nextElementSibling;
      else mirror.insertBefore(element, place);
    }
    shown = next;
    setProblem(blocks.find((block) => block.id === 'problem')?.text || '');
  }

  function open(wanted) {
    document.body.classList.toggle('text-view', wanted);
    toggle.setAttribute('aria-pressed', wanted);
  }

  toggle.addEventListener('click', () => open(!document.body.classList.contains('text-view')));
  headwise.element('skip').addEventListener('click', () => {
    open(true);
    mirror.focus();
  });

  return {show, open, isBehind: () => coming !== null};
})();
