'use strict';
// The lesson beside the canvas: fetching it, showing its pages, and what is pressed and typed in them.

headwise.lesson = (() => {
  const lesson = headwise.element('lesson');
  let awaited = null;  // the element that will say what is made of an answer

  // A teacher's own lesson: the name is its address, beside this page.
  async function foreign(name) {
    const address = new URL(`${name}.md`, document.baseURI);
    if (address.origin !== new URL(document.baseURI).origin) throw new Error('it is not on this server');
    const response = await fetch(address, {credentials: 'same-origin'});
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    return response;
  }

  // Not before there is a program to give it to.
  async function fetchLesson(name) {
    const slow = setTimeout(() => headwise.notify('Loading the lesson'), 500);
    try {
      const text = await (name.includes('/') ? foreign(name) : headwise.fetch(`lessons/${name}.md`)).then((response) => response.text());
      await headwise.started;
      headwise.program.lesson_came(name, text);
    } catch (error) {
      await headwise.started;
      headwise.program.lesson_is_missing(name, error.message);
    } finally {
      clearTimeout(slow);
    }
  }

  // What is typed or chosen and not given yet, by field.
  function drafts() {
    const all = new Map();
    for (const field of lesson.querySelectorAll('input:enabled')) {
      const isChanged = field.type === 'radio' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
      if (isChanged) all.set(field.id, {value: field.value, checked: field.checked, key: keyOf(field)});
    }
    return all;
  }
  const keyOf = (field) => field.closest('[data-key]')?.dataset.key;

  function restore(all) {
    for (const [id, draft] of all) {
      const field = document.getElementById(id);
      if (!field || field.disabled || field.closest('fieldset:disabled') || keyOf(field) !== draft.key) continue;
      if (field.type === 'radio') field.checked = draft.checked;
      else field.value = draft.value;
    }
  }

  // A lesson's numbers change while it is read: stay where the reader is.
  function show(html) {
    const focused = lesson.contains(document.activeElement) ? document.activeElement : null;
    const {id, selectionStart, selectionEnd} = focused || {};
    const command = focused?.dataset.command;
    const title = () => ['#lesson-title', '.lesson-place'].map((part) => lesson.querySelector(part)?.textContent).join();
    const before = title();
    const scroll = lesson.scrollTop;
    const open = [...lesson.querySelectorAll('details[open]')].map((part) => part.id);
    const typed = drafts();
    lesson.innerHTML = html;
    lesson.hidden = html === '';
    if (html === '') {
      if (focused) headwise.element('canvas').focus({preventScroll: true});
      return;
    }
    const isNewPage = title() !== before;
    lesson.scrollTop = isNewPage ? 0 : scroll;
    if (!isNewPage) restore(typed);
    for (const part of open) document.getElementById(part)?.setAttribute('open', '');
    const said = awaited && lesson.querySelector('#' + awaited);
    if (said?.textContent) headwise.element('status').textContent = said.textContent;
    if (said?.textContent) awaited = null;
    if (!focused) return;
    const field = id && document.getElementById(id);
    const byCommand = [...lesson.querySelectorAll('[data-command]')].find((element) => element.dataset.command === command);
    const same = field && !field.matches(':disabled') ? field : byCommand;
    const exercise = focused.closest('.exercise');
    const target = isNewPage ? lesson.querySelector('#lesson-title')
      : same || (exercise && lesson.querySelector(`#${exercise.id} .exercise-feedback`));
    target?.focus({preventScroll: true});
    if (target === field && field?.type === 'text') field.setSelectionRange(selectionStart, selectionEnd);
  }

  lesson.addEventListener('click', (event) => {
    const target = event.target.closest('[data-command]:not(form)');
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    awaited = target.closest('.exercise')?.querySelector('.exercise-feedback')?.id || null;
    headwise.command(target.dataset.command);
  });

  lesson.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target;
    awaited = form.dataset.feedback || null;
    headwise.command(form.dataset.command + (new FormData(form).get('answer') ?? ''));
  });

  return {fetch: fetchLesson, show};
})();
