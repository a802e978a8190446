'use strict';
// The text field over the canvas: a real input, so that input methods, phone keyboards and the
// browser's own selection and clipboard work in it. The program keeps drawing the field below.

headwise.edit = (() => {
  const input = headwise.element('edit');
  const canvas = headwise.element('canvas');
  const smallestSize = 16;  // phones zoom into fields with smaller text
  let field = null;         // {key, command, keys, live, before, size}

  function place([x, y, width, height]) {
    // Text of the canvas's size, in an input with text that is large enough.
    const scale = matchMedia('(pointer: coarse)').matches ? Math.min(1, field.size / smallestSize) : 1;
    Object.assign(input.style, {
      left: x + 'px',
      top: y + 'px',
      width: width / scale + 'px',
      height: height / scale + 'px',
      fontSize: field.size / scale + 'px',
      transform: scale < 1 ? `scale(${scale})` : '',
    });
  }

  function open(key, label, value, command, keys, live, whole, box, size) {
    if (field) close(false);
    field = {key, command, keys, live, before: value, size};
    place(box);
    input.value = value;
    input.enterKeyHint = keys ? 'go' : 'done';
    input.inputMode = whole ? 'numeric' : 'text';
    input.setAttribute('aria-label', label);
    input.removeAttribute('aria-invalid');
    input.hidden = false;
    input.focus({preventScroll: true});
    if (keys) input.setSelectionRange(value.length, value.length);
    else input.select();
  }

  // What was typed counts unless it is taken back.
  function close(toCanvas, takenBack = false) {
    if (!field) return;
    const {command, live, before} = field;
    field = null;
    input.hidden = true;
    if (live && takenBack) headwise.command(command + before);
    if (live) headwise.command('typed');
    if (!live && !takenBack && input.value !== before) headwise.command(command + input.value);
    if (toCanvas) canvas.focus({preventScroll: true});
  }

  input.addEventListener('input', () => {
    if (field.live) headwise.command(field.command + input.value);
  });
  input.addEventListener('blur', () => close(false));
  input.addEventListener('keydown', (event) => {
    // An input method's own Enter has this code where it has ended composing already.
    if (event.isComposing || event.keyCode === 229 || !['Escape', 'Enter', 'ArrowUp', 'ArrowDown'].includes(event.key)) return;
    const isEnd = event.key === 'Escape' || event.key === 'Enter';
    if (!isEnd && !field.keys) return;
    event.preventDefault();
    const {keys} = field;
    if (isEnd) close(true, event.key === 'Escape' && !keys);
    if (keys) headwise.command(keys + event.key);
  });

  return {
    open,
    setStyle(padding, radius, color, background) {
      Object.assign(input.style, {color, background, paddingInline: padding - 1 + 'px', borderRadius: radius + 'px'});
    },
    // The canvas was laid out anew: stay on the field.
    follow() {
      const now = field && headwise.find('control:' + field.key);
      if (now) place([now.x, now.y, now.width, now.height]);
    },
    // A message that starts with a key is about its field.
    setProblem(problem) {
      if (field) input.setAttribute('aria-invalid', problem.startsWith(field.key + '='));
    },
  };
})();
